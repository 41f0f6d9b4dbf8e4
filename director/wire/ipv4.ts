/** IPv4 headers (RFC 791). Functions take the offset of the header within `bytes`. */
import type { Ipv4Address } from './addresses.ts';
import { readI32, readU16, write32, writeU16 } from './bytes.ts';
import { fold, internetChecksum, sum } from './checksum.ts';

export const IPV4_MIN_HEADER_BYTES = 20;

export const PROTOCOL = { icmp: 1, ipip: 4, tcp: 6, udp: 17, gre: 47, esp: 50, ah: 51, sctp: 132 } as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(PROTOCOL).map(([name, number]) => [number, name]),
);

/** Name of an IP protocol number for messages. */
export function protocolName(protocol: number): string {
  return NAMES.get(protocol) ?? `protocol ${protocol}`;
}

const VERSION_IHL = 0;
const TOS = 1;
const TOTAL_LENGTH = 2;
const ID = 4;
const FRAGMENT = 6;
const TTL = 8;
const PROTOCOL_AT = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;

export function ipVersion(bytes: Uint8Array, at: number): number {
  return (bytes[at + VERSION_IHL] as number) >> 4;
}

/** Header length in bytes, options included. */
export function ipHeaderBytes(bytes: Uint8Array, at: number): number {
  return ((bytes[at + VERSION_IHL] as number) & 15) << 2;
}

export function ipTos(bytes: Uint8Array, at: number): number {
  return bytes[at + TOS] as number;
}

/** Length of header and payload in bytes. */
export function ipTotalBytes(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + TOTAL_LENGTH);
}

export function ipId(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + ID);
}

/** Sets the identification, of which the lower 16 bits count. The header checksum is left for `writeIpChecksum`. */
export function setIpId(bytes: Uint8Array, at: number, id: number): void {
  writeU16(bytes, at + ID, id);
}

export function ipDontFragment(bytes: Uint8Array, at: number): boolean {
  return (readU16(bytes, at + FRAGMENT) & DONT_FRAGMENT) !== 0;
}

export function ipMoreFragments(bytes: Uint8Array, at: number): boolean {
  return (readU16(bytes, at + FRAGMENT) & MORE_FRAGMENTS) !== 0;
}

/** Where this fragment's payload belongs in the datagram, in bytes. */
export function ipFragmentOffset(bytes: Uint8Array, at: number): number {
  return (readU16(bytes, at + FRAGMENT) & OFFSET_MASK) << 3;
}

/** True for every piece of a fragmented datagram, the first and the last included. */
export function ipIsFragment(bytes: Uint8Array, at: number): boolean {
  return (readU16(bytes, at + FRAGMENT) & (MORE_FRAGMENTS | OFFSET_MASK)) !== 0;
}

export function ipTtl(bytes: Uint8Array, at: number): number {
  return bytes[at + TTL] as number;
}

export function ipProtocol(bytes: Uint8Array, at: number): number {
  return bytes[at + PROTOCOL_AT] as number;
}

export function ipChecksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + CHECKSUM);
}

export function ipSource(bytes: Uint8Array, at: number): Ipv4Address {
  return readI32(bytes, at + SOURCE) as Ipv4Address;
}

export function ipDestination(bytes: Uint8Array, at: number): Ipv4Address {
  return readI32(bytes, at + DESTINATION) as Ipv4Address;
}

/** Sets the source address. The header checksum is left for `writeIpChecksum`. */
export function setIpSource(bytes: Uint8Array, at: number, address: number): void {
  write32(bytes, at + SOURCE, address);
}

/** Sets the destination address. The header checksum is left for `writeIpChecksum`. */
export function setIpDestination(bytes: Uint8Array, at: number, address: number): void {
  write32(bytes, at + DESTINATION, address);
}

/** Sets the length of header and payload. The header checksum is left for `writeIpChecksum`. */
export function setIpTotalBytes(bytes: Uint8Array, at: number, totalBytes: number): void {
  writeU16(bytes, at + TOTAL_LENGTH, totalBytes);
}

/**
 * Makes the packet the fragment whose payload begins `offsetBytes` into the datagram, or the whole (offset 0, none
 * follow). The header checksum is left for `writeIpChecksum`.
 */
export function setIpFragment(
  bytes: Uint8Array,
  at: number,
  offsetBytes: number,
  moreFollow: boolean,
  dontFragment: boolean,
): void {
  const flags = (moreFollow ? MORE_FRAGMENTS : 0) | (dontFragment ? DONT_FRAGMENT : 0);
  writeU16(bytes, at + FRAGMENT, flags | (offsetBytes >> 3));
}

/** Sets the type of service, DSCP and ECN. The header checksum is left for `writeIpChecksum`. */
export function setIpTos(bytes: Uint8Array, at: number, tos: number): void {
  bytes[at + TOS] = tos;
}

/** Computes the header checksum anew and writes it. */
export function writeIpChecksum(bytes: Uint8Array, at: number): void {
  writeU16(bytes, at + CHECKSUM, 0);
  writeU16(bytes, at + CHECKSUM, internetChecksum(bytes, at, ipHeaderBytes(bytes, at)));
}

/** Takes one off the TTL and adjusts the checksum as RFC 1141 does, without reading the rest of the header. */
export function decrementTtl(bytes: Uint8Array, at: number): void {
  bytes[at + TTL] = (bytes[at + TTL] as number) - 1;
  const checksum = readU16(bytes, at + CHECKSUM) + 0x0100;
  writeU16(bytes, at + CHECKSUM, checksum + (checksum >= 0xffff ? 1 : 0));
}

/** What is wrong with an IPv4 packet of which `available` bytes are there, or undefined if it can be routed. */
export function ipv4Problem(bytes: Uint8Array, at: number, available: number): string | undefined {
  if (available < IPV4_MIN_HEADER_BYTES) return `IPv4: ${available} bytes, the header needs 20`;
  if (ipVersion(bytes, at) !== 4) return `IPv4: version field says ${ipVersion(bytes, at)}`;
  const header = ipHeaderBytes(bytes, at);
  if (header < IPV4_MIN_HEADER_BYTES)
    return `IPv4: header length field says ${header} bytes, at least 20 needed`;
  if (header > available) return `IPv4: header length field says ${header} bytes, ${available} available`;
  const total = ipTotalBytes(bytes, at);
  if (total < header) return `IPv4: total length ${total} is less than the header's ${header}`;
  if (total > available) return `IPv4: total length ${total} is more than the ${available} bytes available`;
  if (fold(sum(bytes, at, header)) !== 0xffff) return 'IPv4: header checksum is wrong';
  return undefined;
}

export interface Ipv4Fields {
  tos: number;
  totalBytes: number;
  id: number;
  dontFragment: boolean;
  ttl: number;
  protocol: number;
  source: number;
  destination: number;
}

/** Writes a 20-byte header without options, checksum included. */
export function writeIpv4(bytes: Uint8Array, at: number, fields: Readonly<Ipv4Fields>): void {
  bytes[at + VERSION_IHL] = 0x45;
  bytes[at + TOS] = fields.tos;
  writeU16(bytes, at + TOTAL_LENGTH, fields.totalBytes);
  writeU16(bytes, at + ID, fields.id);
  writeU16(bytes, at + FRAGMENT, fields.dontFragment ? DONT_FRAGMENT : 0);
  bytes[at + TTL] = fields.ttl;
  bytes[at + PROTOCOL_AT] = fields.protocol;
  setIpSource(bytes, at, fields.source);
  setIpDestination(bytes, at, fields.destination);
  writeIpChecksum(bytes, at);
}

/** The protocols with ports that are balanced, by their names in `PROTOCOL`. */
export const TRANSPORT_PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;
export type ProtocolName = (typeof TRANSPORT_PROTOCOLS)[number];
