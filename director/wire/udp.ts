/** UDP datagrams (RFC 768). */
import { readU16, writeU16 } from './bytes.ts';

export const UDP_HEADER_BYTES = 8;

/** Offsets of the length and the checksum within the header. */
export const UDP_LENGTH = 4;
export const UDP_CHECKSUM = 6;

/** Length of header and payload, as the header says. */
export function udpBytes(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + UDP_LENGTH);
}

/** 0 means that the sender computed none. */
export function udpChecksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + UDP_CHECKSUM);
}

/** Writes a computed checksum: one that came out as 0 goes on the wire as 0xffff (RFC 768). */
export function setUdpChecksum(bytes: Uint8Array, at: number, checksum: number): void {
  writeU16(bytes, at + UDP_CHECKSUM, checksum === 0 ? 0xffff : checksum);
}

/** Writes a header without a checksum. @param length Header and payload, in bytes. */
export function writeUdp(
  bytes: Uint8Array,
  at: number,
  sourcePort: number,
  destinationPort: number,
  length: number,
): void {
  writeU16(bytes, at, sourcePort);
  writeU16(bytes, at + 2, destinationPort);
  writeU16(bytes, at + UDP_LENGTH, length);
  writeU16(bytes, at + UDP_CHECKSUM, 0);
}
