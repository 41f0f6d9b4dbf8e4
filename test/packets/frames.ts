/**
 * Builds frames for tests, byte by byte and from the RFCs alone: nothing of the director's own wire code is used, so
 * that a mistake there cannot agree with itself.
 */
import { plainChecksum } from './plain-checksum.ts';
import { plainCrc32c } from './plain-crc32c.ts';

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const IPIP = 4;
export const SCTP = 132;
export const ESP = 50;
/** A TCP header's flags byte. */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

export interface IpFields {
  readonly source: string;
  readonly destination: string;
  readonly ttl?: number;
  readonly tos?: number;
  readonly id?: number;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** Where a fragment's payload begins, in bytes. */
  readonly offsetBytes?: number;
  /** A multiple of four bytes. */
  readonly options?: readonly number[];
}

export interface Ports {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface TcpFields extends Ports {
  readonly flags: number;
  readonly payload?: Uint8Array;
}

export interface UdpFields extends Ports {
  readonly payload?: Uint8Array;
  /** Leave the checksum out, as IPv4 allows. */
  readonly withoutChecksum?: boolean;
}

export function udpPacket(
  ip: IpFields,
  { sourcePort, destinationPort, payload, withoutChecksum }: UdpFields,
) {
  const body = payload ?? new Uint8Array(0);
  const l4 = join(u16(sourcePort, destinationPort, 8 + body.length, 0), body);
  if (withoutChecksum !== true) put16(l4, 6, transportChecksum(ip, UDP, l4) || 0xffff);
  return ipPacket(ip, UDP, l4);
}

export function tcpPacket(ip: IpFields, { sourcePort, destinationPort, flags, payload }: TcpFields) {
  const l4 = join(
    u16(sourcePort, destinationPort, 0, 1000, 0, flags & ACK ? 1 : 0, 0x5000 | flags, 0xffff, 0, 0),
    payload ?? new Uint8Array(0),
  );
  put16(l4, 16, transportChecksum(ip, TCP, l4));
  return ipPacket(ip, TCP, l4);
}

/** @param chunks Everything behind the common header. */
export function sctpPacket(ip: IpFields, { sourcePort, destinationPort }: Ports, chunks: Uint8Array) {
  const l4 = join(u16(sourcePort, destinationPort, 0x1234, 0x5678, 0, 0), chunks);
  const crc = plainCrc32c(l4);
  l4.set([crc, crc >>> 8, crc >>> 16, crc >>> 24], 8);
  return ipPacket(ip, SCTP, l4);
}

/** @param rest Last four bytes of the header. */
export function icmpPacket(ip: IpFields, type: number, code: number, rest: number, body: Uint8Array) {
  const l4 = join(u16((type << 8) | code, 0, rest >>> 16, rest & 0xffff), body);
  put16(l4, 2, plainChecksum(l4));
  return ipPacket(ip, ICMP, l4);
}

export function ipPacket(ip: IpFields, protocol: number, payload: Uint8Array): Uint8Array {
  const options = Uint8Array.from(ip.options ?? []);
  const words = 5 + options.length / 4;
  const flags = (ip.dontFragment ? 0x4000 : 0) | (ip.moreFragments ? 0x2000 : 0);
  const header = join(
    u16(
      ((0x40 | words) << 8) | (ip.tos ?? 0),
      words * 4 + payload.length,
      ip.id ?? 1,
      flags | ((ip.offsetBytes ?? 0) >> 3),
      ((ip.ttl ?? 64) << 8) | protocol,
      0,
    ),
    quad(ip.source),
    quad(ip.destination),
    options,
  );
  put16(header, 10, plainChecksum(header));
  return join(header, payload);
}

/** Cuts an IP packet without options so that each piece but the last carries `payloadBytes` (a multiple of 8). */
export function cut(packet: Uint8Array, payloadBytes: number, dontFragment = false): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 20; at < packet.length; at += payloadBytes) {
    const piece = join(packet.subarray(0, 20), packet.subarray(at, at + payloadBytes));
    const more = at + payloadBytes < packet.length ? 0x2000 : 0;
    put16(piece, 2, piece.length);
    put16(piece, 6, (dontFragment ? 0x4000 : 0) | more | ((at - 20) >> 3));
    put16(piece, 10, 0);
    put16(piece, 10, plainChecksum(piece.subarray(0, 20)));
    pieces.push(piece);
  }
  return pieces;
}

export function frame(sourceMac: string, destinationMac: string, ip: Uint8Array): Uint8Array {
  return join(macBytes(destinationMac), macBytes(sourceMac), u16(0x0800), ip);
}

/** `length` bytes that differ from their neighbours. */
export function pattern(length: number, seed = 3): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 255);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** The TCP or UDP checksum (RFC 9293 §3.1, RFC 768); the field must be 0 in `l4`. */
export function transportChecksum(
  { source, destination }: { readonly source: string; readonly destination: string },
  protocol: number,
  l4: Uint8Array,
): number {
  return plainChecksum(join(quad(source), quad(destination), u16(protocol, l4.length), l4));
}

function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 255]));
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
}

function quad(address: string): Uint8Array {
  return Uint8Array.from(address.split('.'), Number);
}

function macBytes(address: string): Uint8Array {
  return Uint8Array.from(address.split(':'), (part) => Number.parseInt(part, 16));
}
