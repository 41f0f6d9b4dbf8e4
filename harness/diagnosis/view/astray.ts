/** NAT: replies of a real server that do not go to the director. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { UNKNOWN_MAC } from '../../../lab/captures/files/link-layer.ts';
import { routeTo } from '../host-facts.ts';
import type { SiteServer } from '../site.ts';
import { type Flow, isReset, legsOf } from './flow.ts';
import type { SiteView } from './site-view.ts';

export interface Astray {
  readonly flow: Flow;
  readonly packets: readonly DecodedPacket[];
}

export function astrayFrom(view: SiteView, server: SiteServer): Astray[] {
  const director = new Set([...view.stations.before(server), ...view.stations.ofDirector]);
  const isElsewhere = (mac: string) => mac !== UNKNOWN_MAC && !director.has(mac);
  return view.flows.flatMap((flow) => {
    if (view.hasProgress(flow) || legsOf(flow).some(({ answered }) => answered.length > 0)) return [];
    const leg = flow.legs.get(server.host);
    const returned = (leg?.returned ?? []).filter(({ ip }) => ip?.source === server.rip);
    if (leg !== undefined && director.size > 0) {
      const packets = returned.filter(({ destinationMac }) => isElsewhere(destinationMac));
      if (packets.length > 0) return [{ flow, packets }];
      // Captures that do not tell where a packet goes still tell where the client’s RST comes from.
      const resets = leg.forwarded.filter((packet) => isReset(packet) && isElsewhere(packet.sourceMac));
      if (returned.length > 0 && resets.length > 0) return [{ flow, packets: [...returned, ...resets] }];
    }
    const packets = refusedByClient(view, flow, server);
    return packets.length > 0 ? [{ flow, packets }] : [];
  });
}

/** Seen elsewhere: the client gets a reply from the real server’s address, and answers it with RST. */
function refusedByClient({ site }: SiteView, flow: Flow, server: SiteServer): DecodedPacket[] {
  const inService = new Set([site.director.host, ...site.servers.map(({ host }) => host)]);
  return legsOf(flow)
    .filter(({ host }) => !inService.has(host))
    .flatMap(({ asked, forwarded, returned }) => {
      const own = returned.filter(({ ip }) => ip?.source === server.rip);
      const resets = forwarded.filter((packet) => isReset(packet) && packet.ip?.destination === server.rip);
      return asked.length > 0 && own.length > 0 && resets.length > 0
        ? [own[0] as DecodedPacket, resets[0] as DecodedPacket]
        : [];
    });
}

/** Whether a server reaches a client without any gateway: its facts say so, or else ARP does. */
export function isOnLink({ stations }: SiteView, server: SiteServer, { flow, packets }: Astray): boolean {
  if (server.facts !== undefined) {
    const route = routeTo(server.facts, flow.client);
    return route !== undefined && route.gateway === undefined;
  }
  const [clients, own] = [stations.announcedFor(flow.client), stations.announcedFor(server.rip)];
  return packets.some(({ place, ip, sourceMac, destinationMac }) => {
    const isReply = ip?.source === server.rip;
    // At the server the client must be at the other end of the link, elsewhere the server.
    if (place.host === server.host) return clients.has(isReply ? destinationMac : sourceMac);
    return own.has(isReply ? sourceMac : destinationMac);
  });
}
