/** TUN: real servers that refuse tunnel packets by ICMP. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { GRE, IPIP, PORT_UNREACHABLE, PROTOCOL_UNREACHABLE, UDP } from '../../../lab/frames/index.ts';
import type { SiteServer } from '../site.ts';
import type { SiteView } from './site-view.ts';

export interface Refusal {
  readonly packet: DecodedPacket;
  readonly code: number;
}

const TUNNELS = [IPIP, GRE, UDP];

/** Seen on the server itself, or on the director that it tells. */
export function refusalsOf(view: SiteView, server: SiteServer): Refusal[] {
  const seenAt = server.captures.length > 0 ? server.host : view.site.director.host;
  return view.unreachables
    .filter(
      ({ host, from, code, about }) =>
        host === seenAt &&
        from === server.rip &&
        about.destination === server.rip &&
        TUNNELS.includes(about.protocol) &&
        (code === PROTOCOL_UNREACHABLE || code === PORT_UNREACHABLE),
    )
    .map(({ packet, code }) => ({ packet, code }));
}
