/** Pieces of an IPv4 packet (RFC 791 §2.3, §3.2). */
import { get16, join, put16 } from './bytes.ts';
import { headerBytesOf, writeHeaderChecksum } from './ipv4.ts';

/** Cuts a packet without IP options so that each piece but the last carries `payloadBytes` (a multiple of 8). */
export function cut(packet: Uint8Array, payloadBytes: number, dontFragment = false): Uint8Array[] {
  const header = packet.subarray(0, headerBytesOf(packet));
  const payload = packet.subarray(header.length, get16(packet, 2));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += payloadBytes) {
    const piece = join(header, payload.subarray(at, at + payloadBytes));
    const more = at + payloadBytes < payload.length ? 0x2000 : 0;
    put16(piece, 2, piece.length);
    put16(piece, 6, (dontFragment ? 0x4000 : 0) | more | (at >> 3));
    writeHeaderChecksum(piece);
    pieces.push(piece);
  }
  return pieces;
}
