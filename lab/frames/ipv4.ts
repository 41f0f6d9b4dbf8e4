/** IPv4 packets (RFC 791). */
import { ipBytes, ipText } from './address.ts';
import { FrameError, get16, join, needBytes, put16, u16 } from './bytes.ts';
import { plainChecksum } from './checksum.ts';

export interface IpFields {
  readonly source: string;
  readonly destination: string;
  /** 64 unless given. */
  readonly ttl?: number;
  readonly tos?: number;
  /** 1 unless given. */
  readonly id?: number;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** Where a fragment's payload begins, in bytes. */
  readonly offsetBytes?: number;
  /** A multiple of four bytes. */
  readonly options?: readonly number[];
}

export interface Ipv4 extends Required<IpFields> {
  readonly protocol: number;
  /** What the header is followed by, up to the packet’s total length: a view of its own bytes. */
  readonly payload: Uint8Array;
}

const HEADER_BYTES = 20;
/** In the 16 bits that say how a packet is fragmented. */
export const DONT_FRAGMENT = 0x4000;
export const MORE_FRAGMENTS = 0x2000;
/** In units of 8 bytes. */
export const OFFSET_MASK = 0x1fff;

export function ipPacket(ip: IpFields, protocol: number, payload: Uint8Array): Uint8Array {
  const options = Uint8Array.from(ip.options ?? []);
  const words = (HEADER_BYTES + options.length) / 4;
  const flags = (ip.dontFragment ? DONT_FRAGMENT : 0) | (ip.moreFragments ? MORE_FRAGMENTS : 0);
  const packet = join(
    u16(
      ((0x40 | words) << 8) | (ip.tos ?? 0),
      words * 4 + payload.length,
      ip.id ?? 1,
      flags | ((ip.offsetBytes ?? 0) >> 3),
      ((ip.ttl ?? 64) << 8) | protocol,
      0,
    ),
    ipBytes(ip.source),
    ipBytes(ip.destination),
    options,
    payload,
  );
  writeHeaderChecksum(packet);
  return packet;
}

/** Whether bytes are one whole IPv4 packet with a right header checksum; bytes behind it, as padding, are let pass. */
export function isIpv4(bytes: Uint8Array): boolean {
  return ipv4Fault(bytes) === undefined;
}

/** @throws FrameError if they are not. */
export function readIpv4(bytes: Uint8Array): Ipv4 {
  const fault = ipv4Fault(bytes);
  if (fault !== undefined) throw new FrameError(fault);
  return fieldsOf(bytes);
}

/** The packet if bytes are one, as `isIpv4` says. */
export function ipv4Of(bytes: Uint8Array): Ipv4 | undefined {
  return ipv4Fault(bytes) === undefined ? fieldsOf(bytes) : undefined;
}

function fieldsOf(bytes: Uint8Array): Ipv4 {
  const headerBytes = headerBytesOf(bytes);
  const fragment = get16(bytes, 6);
  return {
    source: ipText(bytes, 12),
    destination: ipText(bytes, 16),
    ttl: bytes[8] as number,
    tos: bytes[1] as number,
    id: get16(bytes, 4),
    dontFragment: (fragment & DONT_FRAGMENT) !== 0,
    moreFragments: (fragment & MORE_FRAGMENTS) !== 0,
    offsetBytes: (fragment & OFFSET_MASK) * 8,
    options: headerBytes === HEADER_BYTES ? [] : Array.from(bytes.subarray(HEADER_BYTES, headerBytes)),
    protocol: bytes[9] as number,
    payload: bytes.subarray(headerBytes, get16(bytes, 2)),
  };
}

/** What keeps bytes from being an IPv4 packet. */
export function ipv4Fault(bytes: Uint8Array): string | undefined {
  if (bytes.length < HEADER_BYTES)
    return `an IPv4 header takes ${HEADER_BYTES} bytes, here are ${bytes.length}`;
  const version = (bytes[0] as number) >> 4;
  if (version !== 4) return `expected IP version 4, got ${version}`;
  const headerBytes = headerBytesOf(bytes);
  const totalBytes = get16(bytes, 2);
  if (headerBytes < HEADER_BYTES) return `an IPv4 header cannot have ${headerBytes} bytes`;
  if (totalBytes < headerBytes) return `total length ${totalBytes} is less than the header’s ${headerBytes}`;
  if (totalBytes > bytes.length) return `the packet says ${totalBytes} bytes, here are ${bytes.length}`;
  const sum = plainChecksum(bytes.subarray(0, headerBytes));
  return sum === 0 ? undefined : 'the IPv4 header checksum is wrong';
}

/** Whether it is a piece of a datagram, the first and the last included. */
export function isFragment({ moreFragments, offsetBytes }: Ipv4): boolean {
  return moreFragments || offsetBytes > 0;
}

/** The packet with another TTL. */
export function withTtl(packet: Uint8Array, ttl: number): Uint8Array {
  needBytes('an IPv4 header', packet, HEADER_BYTES);
  const changed = packet.slice();
  changed[8] = ttl;
  writeHeaderChecksum(changed);
  return changed;
}

/** Makes the header checksum right again after its fields were changed. */
export function writeHeaderChecksum(packet: Uint8Array): void {
  put16(packet, 10, 0);
  put16(packet, 10, plainChecksum(packet.subarray(0, headerBytesOf(packet))));
}

export function headerBytesOf(packet: Uint8Array): number {
  return ((packet[0] as number) & 15) * 4;
}

/**
 * Fragments a packet, or a fragment (RFC 791 §2.3, §3.2), so that each fragment but the last carries
 * `payloadBytes` (a multiple of 8). Every fragment has the whole header: meant for packets without IP options.
 */
export function cut(packet: Uint8Array, payloadBytes: number, dontFragment = false): Uint8Array[] {
  const header = packet.subarray(0, headerBytesOf(packet));
  const payload = packet.subarray(header.length, get16(packet, 2));
  const begin = get16(packet, 6) & OFFSET_MASK;
  const moreFollow = get16(packet, 6) & MORE_FRAGMENTS;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += payloadBytes) {
    const piece = join(header, payload.subarray(at, at + payloadBytes));
    const more = at + payloadBytes < payload.length ? MORE_FRAGMENTS : moreFollow;
    put16(piece, 2, piece.length);
    put16(piece, 6, (dontFragment ? DONT_FRAGMENT : 0) | more | (begin + at / 8));
    writeHeaderChecksum(piece);
    pieces.push(piece);
  }
  return pieces;
}
