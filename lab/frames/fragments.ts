/** Pieces of an IPv4 packet (RFC 791 §2.3, §3.2). */
import { get16, join, put16 } from './bytes.ts';
import { DONT_FRAGMENT, headerBytesOf, MORE_FRAGMENTS, OFFSET_MASK, writeHeaderChecksum } from './ipv4.ts';

/**
 * Cuts a packet, or a piece of one, so that each piece but the last carries `payloadBytes` (a multiple of 8). Every piece
 * has the whole header: meant for packets without IP options.
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
