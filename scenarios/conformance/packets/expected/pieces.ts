/** Datagrams that come in pieces, and the pieces in which they should leave. */
import type { DecodedPacket } from '../../../../harness/captures/decoded-packet.ts';
import { findingAbout } from '../../../../harness/finding.ts';
import {
  cut,
  get16,
  headerBytesOf,
  join,
  put16,
  readIpv4,
  writeHeaderChecksum,
} from '../../../../lab/frames/index.ts';
import type { Finding } from '../../../../reports/result.ts';
import { packetIn } from './forwarded.ts';

export const LINK_MTU_BYTES = 1500;

/** A packet in pieces of at most so many bytes, IP header included; DF of the packet is DF of its pieces. */
export function inPieces(packet: Uint8Array, largestBytes = LINK_MTU_BYTES): Uint8Array[] {
  if (packet.length <= largestBytes) return [packet];
  const payloadBytes = (largestBytes - headerBytesOf(packet)) & ~7;
  return cut(packet, payloadBytes, readIpv4(packet).dontFragment);
}

/** A packet cut at these offsets of its payload, multiples of eight: into one piece more than there are offsets. */
export function cutAt(packet: Uint8Array, ...offsets: readonly number[]): Uint8Array[] {
  const header = packet.subarray(0, headerBytesOf(packet));
  const payload = packet.subarray(header.length);
  const starts = [0, ...offsets];
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? payload.length;
    const piece = join(header, payload.subarray(from, to));
    put16(piece, 2, piece.length);
    put16(
      piece,
      6,
      (get16(packet, 6) & DONT_FRAGMENT) | (to < payload.length ? MORE_FRAGMENTS : 0) | (from >> 3),
    );
    writeHeaderChecksum(piece);
    return piece;
  });
}

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;

/**
 * A tunnel’s pieces carry an identification that the director chooses: one for all pieces of a packet, and another for
 * the next packet. With DF it says nothing (RFC 6864 §4.1).
 *
 * @param counts How many pieces each packet has, in the order in which they were sent.
 */
export function expectOneIdEach(packets: readonly DecodedPacket[], counts: readonly number[]): Finding[] {
  const findings: Finding[] = [];
  const taken = new Set<number>();
  let at = 0;
  for (const count of counts) {
    const pieces = packets.slice(at, at + count);
    at += count;
    const first = pieces[0];
    if (first === undefined || saysDontFragment(packetIn(first))) continue;
    const [id = 0, ...others] = new Set(pieces.map((piece) => get16(packetIn(piece), 4)));
    if (others.length > 0)
      findings.push(findingAbout(first, 'The pieces of one packet have different identifications.'));
    if (taken.has(id))
      findings.push(findingAbout(first, 'Two packets in a row have the same identification.'));
    taken.add(id);
  }
  return findings;
}

/** Read from the byte alone: the header may be wrong in any way. */
export function saysDontFragment(packet: Uint8Array): boolean {
  return (get16(packet, 6) & DONT_FRAGMENT) !== 0;
}
