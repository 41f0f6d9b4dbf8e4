/** GRE headers (RFC 2784): version 0, with or without a checksum, without key and sequence number (RFC 2890). */
import { readU16, writeU16 } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { ETHERTYPE } from './ethernet.ts';

const GRE_MIN_HEADER_BYTES = 4;
/** Checksum and a reserved word. */
const CHECKSUM_BYTES = 4;

const FLAGS = 0;
const PROTOCOL_TYPE = 2;
const CHECKSUM = 4;
const CHECKSUM_PRESENT = 0x8000;

export function greHeaderBytes(withChecksum: boolean): number {
  return withChecksum ? GRE_MIN_HEADER_BYTES + CHECKSUM_BYTES : GRE_MIN_HEADER_BYTES;
}

/** Writes the header of an IPv4 packet that lies behind it already. @param length Header and packet, in bytes. */
export function writeGre(bytes: Uint8Array, at: number, length: number, withChecksum: boolean): void {
  writeU16(bytes, at + FLAGS, withChecksum ? CHECKSUM_PRESENT : 0);
  writeU16(bytes, at + PROTOCOL_TYPE, ETHERTYPE.ipv4);
  if (!withChecksum) return;
  writeU16(bytes, at + CHECKSUM, 0);
  writeU16(bytes, at + CHECKSUM + 2, 0);
  // The kernel writes 0xffff for 0, as UDP does: to a receiver that adds up they are the same.
  writeU16(bytes, at + CHECKSUM, internetChecksum(bytes, at, length) || 0xffff);
}

/** Length of a header as `writeGre` writes it, of which `available` bytes are there; undefined if it is another one. */
export function greIpv4HeaderBytes(bytes: Uint8Array, at: number, available: number): number | undefined {
  if (available < GRE_MIN_HEADER_BYTES) return undefined;
  const flags = readU16(bytes, at + FLAGS);
  if ((flags & ~CHECKSUM_PRESENT) !== 0 || readU16(bytes, at + PROTOCOL_TYPE) !== ETHERTYPE.ipv4)
    return undefined;
  return greHeaderBytes(flags !== 0);
}
