/** What the captures show of one real server: requests, replies, refusals, and whose MAC addresses are whose. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../lab/captures/ip-layer.ts';
import { ICMP, IPIP, TCP } from '../../lab/frames/index.ts';
import { MODES } from '../../lab/modes.ts';
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
      ip.source === (MODES[site.mode].rewritesAddresses ? server.rip : site.vip),
  );
  return { requests, replies };
}

/** NAT: to the RIP. TUN: to the RIP outside, to the VIP inside. DR: to the VIP. */
function isRequestAtServer(site: Site, server: SiteServer, { ip, inner }: DecodedPacket): boolean {
  const said = MODES[site.mode].encapsulates ? inner : ip;
  if (said === undefined || !said.hasPorts) return false;
  if (MODES[site.mode].encapsulates && ip?.destination !== server.rip) return false;
  const destination = MODES[site.mode].rewritesAddresses ? server.rip : site.vip;
  const side = MODES[site.mode].rewritesAddresses ? 'serverPort' : 'virtualPort';
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

const SYN = 0x02;
const ACK = 0x10;

/** A real server’s own: told, or those that packets for it were addressed to, or that it sent from its RIP. */
export function macsOfServer(site: Site, server: SiteServer): Set<string> {
  if (server.macs !== undefined) return new Set(server.macs);
  const packets = server.captures.flatMap((capture) => capture.packets);
  return new Set([
    ...(exchangeAt(site, server)?.requests ?? []).map(({ destinationMac }) => destinationMac),
    ...packets.filter(({ ip }) => ip?.source === server.rip).map(({ sourceMac }) => sourceMac),
  ]);
}

/** The director’s own: told, or those of a station in its capture that both got requests and sent them on. */
export function macsOfDirector({ director, vip, services }: Site): Set<string> {
  if (director.macs !== undefined) return new Set(director.macs);
  const packets = director.captures.flatMap((capture) => capture.packets);
  const receivers = packets
    .filter(
      ({ ip, inner }) =>
        inner === undefined &&
        ip?.destination === vip &&
        services.some(
          ({ protocol, virtualPort }) => protocol === ip.protocol && virtualPort === ip.destinationPort,
        ),
    )
    .map(({ destinationMac }) => destinationMac);
  const senders = new Set(packets.map(({ sourceMac }) => sourceMac));
  return new Set(receivers.filter((mac) => senders.has(mac)));
}

/** True where some TCP connection got beyond its SYN: then the replies reach the client. */
export function replyReachesClient({ requests }: Exchange): boolean {
  return requests.some(({ payload }) => {
    const flags = payload?.protocol === TCP ? payload.tcpFlags : 0;
    return (flags & ACK) !== 0 && (flags & SYN) === 0;
  });
}

/** Code of "destination unreachable": nobody there knows the protocol. */
export const PROTOCOL_UNREACHABLE_REFUSAL = 2;
const PORT_UNREACHABLE = 3;
const UNREACHABLE = 3;
/** Where the protocol stands in the quoted IP header. */
const QUOTED_PROTOCOL = 8 + 9;

export interface Refusal {
  readonly packet: DecodedPacket;
  readonly code: number;
}

/** Seen on the server itself, or on the director that it tells. */
export function refusalsOf(site: Site, server: SiteServer): Refusal[] {
  const captures = server.captures.length > 0 ? server.captures : site.director.captures;
  return captures.flatMap(({ packets }) =>
    packets.flatMap((packet) => {
      const { ip } = packet;
      if (ip?.protocol !== ICMP || ip.source !== server.rip) return [];
      const [type, code = 0] = ip.bytes.subarray(ip.l4);
      const isRefusal =
        type === UNREACHABLE && (code === PROTOCOL_UNREACHABLE_REFUSAL || code === PORT_UNREACHABLE);
      return isRefusal && ip.bytes[ip.l4 + QUOTED_PROTOCOL] === IPIP ? [{ packet, code }] : [];
    }),
  );
}
