/** IP tunnelling (IP in IP, RFC 2003): the packet goes to the real server whole, inside another IP header. */
import type { Packet } from '../packet.ts';
import {
  IPV4_MIN_HEADER_BYTES,
  type Ipv4Fields,
  ipDontFragment,
  ipTos,
  ipTtl,
  PROTOCOL,
  writeIpv4,
} from '../wire/ipv4.ts';

/** Bytes that the outer header takes from the link's MTU. */
export const TUNNEL_OVERHEAD_BYTES = IPV4_MIN_HEADER_BYTES;

/** Smallest packet that every link must carry (RFC 791 §3.2); a tunnel with less room carries nothing. */
export const MIN_TUNNEL_MTU_BYTES = 68;

const ECN_MASK = 0x03;
const ECN_CONGESTION = 0x03;
const ECN_CAPABLE_0 = 0x02;

/** Filled anew for each packet, so that none allocates. */
const outer: Ipv4Fields = {
  tos: 0,
  totalBytes: 0,
  id: 0,
  dontFragment: false,
  ttl: 0,
  protocol: PROTOCOL.ipip,
  source: 0,
  destination: 0,
};

export interface IpIds {
  /** Identification for a packet that may be fragmented. */
  nextIpId(): number;
}

/**
 * Puts the outer header in front of the packet, which then starts 20 bytes earlier.
 * @param keepDontFragment Copy the inner packet's DF to the outer header (`pmtu_disc`).
 */
export function encapsulate(
  packet: Packet,
  source: number,
  destination: number,
  keepDontFragment: boolean,
  ids: IpIds,
): void {
  const { bytes, ip } = packet;
  const outerIp = ip - IPV4_MIN_HEADER_BYTES;
  outer.tos = outerTos(ipTos(bytes, ip));
  outer.totalBytes = packet.totalBytes + IPV4_MIN_HEADER_BYTES;
  outer.dontFragment = keepDontFragment && ipDontFragment(bytes, ip);
  outer.id = outer.dontFragment ? 0 : ids.nextIpId();
  outer.ttl = ipTtl(bytes, ip);
  outer.source = source;
  outer.destination = destination;
  writeIpv4(bytes, outerIp, outer);
  packet.parseIp(outerIp);
}

/** DSCP and ECN are copied, but congestion already met is not reported as met in the tunnel (RFC 3168 §9.1.1). */
function outerTos(inner: number): number {
  return (inner & ECN_MASK) === ECN_CONGESTION ? (inner & ~ECN_MASK) | ECN_CAPABLE_0 : inner;
}
