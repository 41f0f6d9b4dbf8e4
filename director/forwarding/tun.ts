/** IP tunnelling (IP in IP, RFC 2003): the packet goes to the real server whole, inside another IP header. */
import type { Packet } from '../packet.ts';
import { IPV4_MIN_HEADER_BYTES, ipDontFragment, ipTos, ipTtl, PROTOCOL, writeIpv4 } from '../wire/ipv4.ts';

/** Bytes that the outer header takes from the link's MTU. */
export const TUNNEL_OVERHEAD_BYTES = IPV4_MIN_HEADER_BYTES;

/** Smallest packet that every link must carry (RFC 791 §3.2); a tunnel with less room carries nothing. */
export const MIN_TUNNEL_MTU_BYTES = 68;

const ECN_MASK = 0x03;
const ECN_CONGESTION = 0x03;
const ECN_CAPABLE_0 = 0x02;

export interface Tunnel {
  readonly source: number;
  readonly destination: number;
  /** Copy the inner packet's DF to the outer header (`pmtu_disc`). */
  readonly keepDontFragment: boolean;
  /** Identification, used where the outer packet may be fragmented. */
  nextIpId(): number;
}

/** Puts the outer header in front of the packet, which then starts 20 bytes earlier. */
export function encapsulate(packet: Packet, tunnel: Tunnel): void {
  const { bytes, ip } = packet;
  const outer = ip - IPV4_MIN_HEADER_BYTES;
  const dontFragment = tunnel.keepDontFragment && ipDontFragment(bytes, ip);
  writeIpv4(bytes, outer, {
    tos: outerTos(ipTos(bytes, ip)),
    totalBytes: packet.totalBytes + IPV4_MIN_HEADER_BYTES,
    id: dontFragment ? 0 : tunnel.nextIpId(),
    dontFragment,
    ttl: ipTtl(bytes, ip),
    protocol: PROTOCOL.ipip,
    source: tunnel.source,
    destination: tunnel.destination,
  });
  packet.parseIp(outer);
}

/** DSCP and ECN are copied, but congestion already met is not reported as met in the tunnel (RFC 3168 §9.1.1). */
function outerTos(inner: number): number {
  return (inner & ECN_MASK) === ECN_CONGESTION ? (inner & ~ECN_MASK) | ECN_CAPABLE_0 : inner;
}
