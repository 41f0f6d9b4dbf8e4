/** The packet inside a quoted tunnel packet: what the tunnel's headers say, as far as an ICMP error holds them. */
import type { Packet } from '../packet.ts';
import { TUNNEL_TYPE, type TunnelType } from '../services/tunnel.ts';
import { greIpv4HeaderBytes } from '../wire/gre.ts';
import { gueIpv4HeaderBytes } from '../wire/gue.ts';
import { ipDestination, ipFragmentOffset, ipProtocol, PROTOCOL } from '../wire/ipv4.ts';
import { destinationPort } from '../wire/ports.ts';
import { UDP_HEADER_BYTES } from '../wire/udp.ts';
import { quotedHeaderBytes } from './quote.ts';

export interface TunnelQuote {
  readonly type: TunnelType;
  /** Where the tunnel leads. */
  readonly server: number;
  /** UDP port that it leads to; 0 if it has none. */
  readonly port: number;
  /** Offset of the inner IP header. */
  readonly inner: number;
  /** Bytes of all headers in front of it. */
  readonly overheadBytes: number;
}

/** What the IP packet at `outer`, of which there may be less than it says, carries through which kind of tunnel. */
export function tunnelQuoteAt(packet: Packet, outer: number): TunnelQuote | undefined {
  const outerHeader = quotedHeaderBytes(packet, outer);
  if (outerHeader === undefined || ipFragmentOffset(packet.bytes, outer) !== 0) return undefined;
  const at = outer + outerHeader;
  const found = headersAt(packet, ipProtocol(packet.bytes, outer), at);
  if (found === undefined) return undefined;
  return {
    type: found.type,
    server: ipDestination(packet.bytes, outer),
    port: found.type === TUNNEL_TYPE.gue ? destinationPort(packet.bytes, at) : 0,
    inner: at + found.headerBytes,
    overheadBytes: outerHeader + found.headerBytes,
  };
}

/** The tunnel's own headers at `at`, and how long they are. */
function headersAt(
  packet: Packet,
  protocol: number,
  at: number,
): { readonly type: TunnelType; readonly headerBytes: number } | undefined {
  const { bytes } = packet;
  const available = packet.ip + packet.totalBytes - at;
  if (protocol === PROTOCOL.ipip) return { type: TUNNEL_TYPE.ipip, headerBytes: 0 };
  if (protocol === PROTOCOL.gre) {
    const gre = greIpv4HeaderBytes(bytes, at, available);
    return gre === undefined ? undefined : { type: TUNNEL_TYPE.gre, headerBytes: gre };
  }
  if (protocol !== PROTOCOL.udp) return undefined;
  const gue = gueIpv4HeaderBytes(bytes, at + UDP_HEADER_BYTES, available - UDP_HEADER_BYTES);
  return gue === undefined ? undefined : { type: TUNNEL_TYPE.gue, headerBytes: UDP_HEADER_BYTES + gue };
}
