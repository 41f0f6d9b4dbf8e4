/**
 * What a packet should look like once the director has dealt with it, built from the packet as it came and the RFCs:
 * nothing here is shared with the director.
 */
import {
  FRAGMENTATION_NEEDED,
  GRE,
  get16,
  headerBytesOf,
  IPIP,
  type IpFields,
  icmpError,
  ipBytes,
  ipPacket,
  ipText,
  join,
  put16,
  readIpv4,
  TCP,
  transportChecksum,
  UDP,
  UNREACHABLE,
  u16,
  withTtl,
  writeHeaderChecksum,
} from '../../../lab/frames/index.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** One hop further on: the TTL less one, the header checksum after it. */
export function oneHopOn(packet: Uint8Array): Uint8Array {
  return withTtl(packet, (packet[8] as number) - 1);
}

/** The packet with its (outer) header’s DF bit clear. */
export function withoutDontFragment(packet: Uint8Array): Uint8Array {
  const changed = packet.slice();
  changed[6] = (packet[6] as number) & ~DONT_FRAGMENT;
  writeHeaderChecksum(changed);
  return changed;
}

/** In the header’s seventh byte. */
const DONT_FRAGMENT = 0x40;

/** NAT’s request: another destination. */
export function withDestination(packet: Uint8Array, to: Endpoint): Uint8Array {
  return readdressed(packet, { addressAt: 16, portAt: 2, ...to });
}

/** NAT’s reply: another source. */
export function withSource(packet: Uint8Array, from: Endpoint): Uint8Array {
  return readdressed(packet, { addressAt: 12, portAt: 0, ...from });
}

interface Readdressing extends Endpoint {
  readonly addressAt: number;
  readonly portAt: number;
}

function readdressed(packet: Uint8Array, { addressAt, portAt, address, port }: Readdressing): Uint8Array {
  const changed = packet.slice();
  changed.set(ipBytes(address), addressAt);
  put16(changed, headerBytesOf(packet) + portAt, port);
  writeHeaderChecksum(changed);
  writeTransportChecksum(changed, packet);
  return changed;
}

/** Where the checksum stands in a transport header. */
const CHECKSUM_AT: Readonly<Record<number, number>> = { [TCP]: 16, [UDP]: 6 };

/** A checksum that was right is right again; one that was wrong stays wrong by as much; UDP is never without one. */
function writeTransportChecksum(changed: Uint8Array, before: Uint8Array): void {
  const protocol = before[9] as number;
  const at = CHECKSUM_AT[protocol];
  if (at === undefined) return;
  const given = get16(before, headerBytesOf(before) + at);
  const right = rightChecksum(before, at);
  const isAbsent = protocol === UDP && given === 0;
  const rightNow = rightChecksum(changed, at);
  const now = isAbsent || given === right ? rightNow : onesSum(rightNow, given, 0xffff - right);
  put16(changed, headerBytesOf(changed) + at, protocol === UDP && now === 0 ? 0xffff : now);
}

function rightChecksum(packet: Uint8Array, at: number): number {
  const protocol = packet[9] as number;
  const l4 = packet.slice(headerBytesOf(packet), get16(packet, 2));
  put16(l4, at, 0);
  const ends = { source: ipText(packet, 12), destination: ipText(packet, 16) };
  const checksum = transportChecksum(ends, protocol, l4);
  return protocol === UDP && checksum === 0 ? 0xffff : checksum;
}

/** A sum in one’s complement (RFC 1071 §1). */
export function onesSum(...values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const folded = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return (folded & 0xffff) + (folded >> 16);
}

/** The two ends of a tunnel: the director’s address and the real server’s. */
interface TunnelEnds {
  readonly source: string;
  readonly destination: string;
}

/** Between the outer IP header and the packet. */
export interface Encapsulation {
  readonly protocol: number;
  readonly header: (packet: Uint8Array, ends: TunnelEnds) => Uint8Array;
}

const IPIP_TUNNEL: Encapsulation = { protocol: IPIP, header: () => new Uint8Array(0) };

const IPV4_ETHERTYPE = 0x0800;

export const GRE_TUNNEL: Encapsulation = { protocol: GRE, header: () => u16(0, IPV4_ETHERTYPE) };

/**
 * The packet inside another one (RFC 2003 §3.1): TTL and DF as inside, TOS too but for congestion, which is the inner
 * header’s to report (RFC 3168 §9.1.1). Identification 0, where DF leaves it without a meaning (RFC 6864 §4.1).
 */
export function tunnelled(
  packet: Uint8Array,
  ends: TunnelEnds,
  { protocol, header }: Encapsulation = IPIP_TUNNEL,
): Uint8Array {
  const { ttl, tos, dontFragment } = readIpv4(packet);
  const outer: IpFields = { ...ends, ttl, tos: withoutCongestion(tos), dontFragment, id: 0 };
  return ipPacket(outer, protocol, join(header(packet, ends), packet));
}

const CONGESTION_EXPERIENCED = 3;
const ECN_CAPABLE_0 = 2;

function withoutCongestion(tos: number): number {
  return (tos & 3) === CONGESTION_EXPERIENCED ? (tos & 0xfc) | ECN_CAPABLE_0 : tos;
}

/** TOS of an ICMP error: precedence “internetwork control”, and the type of service asked for (RFC 1812 §4.3.2.5). */
const PRECEDENCE = 0xc0;
const TOS_KEPT = 0x1e;

/** An ICMP error that the director sends to the sender of `about`, which it quotes as it is given. */
export function errorAbout(
  about: Uint8Array,
  error: { readonly source: string; readonly type: number; readonly code: number; readonly rest?: number },
): Uint8Array {
  const { source, ...fields } = error;
  const tos = ((about[1] as number) & TOS_KEPT) | PRECEDENCE;
  return icmpError({ source, destination: ipText(about, 12), tos }, fields, about);
}

/** What the director at `vip` tells the client of a request as it came: that it is too long for what leads on. */
export function tooLongError(request: Uint8Array, vip: string, mtuBytes: number): Uint8Array {
  const kind = { type: UNREACHABLE, code: FRAGMENTATION_NEEDED, rest: mtuBytes };
  return errorAbout(oneHopOn(request), { source: vip, ...kind });
}
