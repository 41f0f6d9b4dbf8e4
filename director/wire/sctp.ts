/** SCTP packets (RFC 9260 §3): what a layer-4 balancer reads and writes. */
import { readU16, write32 } from './bytes.ts';

/** Ports, verification tag and checksum. */
export const SCTP_HEADER_BYTES = 12;
/** Type, flags and length of a chunk. */
export const SCTP_CHUNK_HEADER_BYTES = 4;

export const SCTP_CHUNK = { init: 1, abort: 6, cookieEcho: 10, cookieAck: 11 } as const;

/** Offset of the checksum within the header. */
export const SCTP_CHECKSUM = 8;

/** Computes the checksum of a whole packet anew and writes it. It covers no address. */
export function writeSctpChecksum(bytes: Uint8Array, at: number, length: number): void {
  write32(bytes, at + SCTP_CHECKSUM, 0);
  const crc = crc32c(bytes, at, length);
  // Its low byte comes first, unlike everything else in the packet.
  write32(
    bytes,
    at + SCTP_CHECKSUM,
    (crc << 24) | ((crc & 0xff00) << 8) | ((crc >>> 8) & 0xff00) | (crc >>> 24),
  );
}

/** Type of the chunk that starts at this offset. */
export function sctpChunkType(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

/**
 * The chunk that says what a packet is about: the first one, or an ABORT right behind a cookie.
 * @param l4Bytes Bytes from `l4` to the end of the packet.
 * @returns Its type, or undefined if the packet is too short for a chunk.
 */
export function leadingSctpChunk(bytes: Uint8Array, l4: number, l4Bytes: number): number | undefined {
  if (l4Bytes < SCTP_HEADER_BYTES + SCTP_CHUNK_HEADER_BYTES) return undefined;
  const first = sctpChunkType(bytes, l4 + SCTP_HEADER_BYTES);
  if (first !== SCTP_CHUNK.cookieEcho && first !== SCTP_CHUNK.cookieAck) return first;
  const length = readU16(bytes, l4 + SCTP_HEADER_BYTES + 2);
  const next = SCTP_HEADER_BYTES + ((length + 3) & ~3);
  if (length < SCTP_CHUNK_HEADER_BYTES || next + SCTP_CHUNK_HEADER_BYTES > l4Bytes) return first;
  return sctpChunkType(bytes, l4 + next) === SCTP_CHUNK.abort ? SCTP_CHUNK.abort : first;
}

/** CRC-32C, the checksum of SCTP (RFC 9260 Appendix A): reflected, polynomial 0x1edc6f41. */
const REFLECTED_POLYNOMIAL = 0x82f63b78;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ REFLECTED_POLYNOMIAL : crc >>> 1;
  return crc;
});

/** The CRC as a signed 32-bit integer. */
export function crc32c(bytes: Uint8Array, at: number, length: number): number {
  let crc = -1;
  for (let i = at; i < at + length; i++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 255] as number);
  }
  return ~crc;
}
