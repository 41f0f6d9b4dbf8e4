/** ICMP errors by which a real server refuses tunnel packets (RFC 792, RFC 1122 §3.2.2.1). */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { ICMP, IPIP } from '../../lab/frames/index.ts';
import type { Site, SiteServer } from './site.ts';

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
