/** The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */
import { readU16 } from './bytes.ts';

/** One's-complement sum of 16-bit words from `at`, unfolded. An odd last byte counts as the high half of a word. */
export function sum(bytes: Uint8Array, at: number, length: number, initial = 0): number {
  let total = initial;
  const lastWord = at + (length & ~1);
  for (let i = at; i < lastWord; i += 2) total += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  if (length & 1) total += (bytes[lastWord] as number) << 8;
  return total;
}

/** Folds an unfolded sum into 16 bits. The sum must be below 2^32: a packet of 64 KiB stays below 2^31. */
export function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

/** The value of the checksum field for these bytes (the field itself counted as it stands, so clear it first). */
export function internetChecksum(bytes: Uint8Array, at: number, length: number): number {
  return ~fold(sum(bytes, at, length)) & 0xffff;
}

/** What the TCP/UDP pseudo header is made of. */
interface PseudoHeader {
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  /** Bytes from the transport header to the end of the packet. */
  readonly l4Bytes: number;
}

/** Sum of the TCP/UDP pseudo header (RFC 9293 §3.1, RFC 768). */
export function pseudoHeaderSum({ source, destination, protocol, l4Bytes }: PseudoHeader): number {
  return (
    (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + l4Bytes
  );
}

/** What the checksum field of a segment or datagram should be, given the sum of its pseudo header. */
export function transportChecksum(
  bytes: Uint8Array,
  at: number,
  length: number,
  checksumAt: number,
  pseudoHeader: number,
): number {
  const withField = sum(bytes, at, length, pseudoHeader);
  return ~fold(withField - readU16(bytes, checksumAt)) & 0xffff;
}

/** The checksum after a 16-bit word went from `from` to `to` (RFC 1624, equation 3). */
export function updated16(checksum: number, from: number, to: number): number {
  let total = (~checksum & 0xffff) + (~from & 0xffff) + to;
  total = (total & 0xffff) + (total >>> 16);
  total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}

/** The checksum after a 32-bit word went from `from` to `to`. */
export function updated32(checksum: number, from: number, to: number): number {
  let total =
    (~checksum & 0xffff) + (~(from >>> 16) & 0xffff) + (~from & 0xffff) + (to >>> 16) + (to & 0xffff);
  total = (total & 0xffff) + (total >>> 16);
  total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
