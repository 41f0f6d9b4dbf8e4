/** What went in and out at one real server, as its own capture shows it. */
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../lab/captures/ip-layer.ts';
import type { Site, SiteServer } from './site.ts';

export interface Exchange {
  /** Requests as they reached the server, in the form of the mode. */
  readonly requests: readonly DecodedPacket[];
  /** What the server sent to the clients of these. */
  readonly replies: readonly DecodedPacket[];
}

/** Undefined where nothing was captured on the server. */
export function exchangeAt(site: Site, server: SiteServer): Exchange | undefined {
  if (server.captures.length === 0) return undefined;
  const packets = server.captures.flatMap((capture) => capture.packets);
  const requests = packets.filter((packet) => isRequestAtServer(site, server, packet));
  const clients = new Set(requests.map(({ payload }) => (payload as IpLayer).source));
  const replies = packets.filter(
    ({ ip, inner }) =>
      inner === undefined &&
      ip?.hasPorts === true &&
      clients.has(ip.destination) &&
      ip.source === (site.mode === 'nat' ? server.rip : site.vip),
  );
  return { requests, replies };
}

/** NAT: to the RIP. TUN: to the RIP outside, to the VIP inside. DR: to the VIP. */
function isRequestAtServer(site: Site, server: SiteServer, { ip, inner }: DecodedPacket): boolean {
  const said = site.mode === 'tun' ? inner : ip;
  if (said === undefined || !said.hasPorts) return false;
  if (site.mode === 'tun' && ip?.destination !== server.rip) return false;
  const destination = site.mode === 'nat' ? server.rip : site.vip;
  const side = site.mode === 'nat' ? 'serverPort' : 'virtualPort';
  return (
    said.destination === destination &&
    site.services.some(
      (service) => service.protocol === said.protocol && service[side] === said.destinationPort,
    )
  );
}

/** MAC addresses that requests came from: the director’s, or those of the router in front of the server. */
export function stationsBefore({ requests }: Exchange): Set<string> {
  return new Set(requests.map(({ sourceMac }) => sourceMac));
}

/** The server’s own MAC addresses: where requests were addressed to. */
export function stationsOf({ requests }: Exchange): Set<string> {
  return new Set(requests.map(({ destinationMac }) => destinationMac));
}
