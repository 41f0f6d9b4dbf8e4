/** Datagrams that come in pieces, and the pieces in which they should leave. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { get16, headerBytesOf, join, put16, writeHeaderChecksum } from '../../../lab/frames/index.ts';
import type { Finding } from '../finding.ts';
import { findingAbout } from '../finding.ts';
import { packetIn } from './forwarded.ts';

export const LINK_MTU_BYTES = 1500;

/**
 * A packet in pieces of at most so many bytes, IP header included; DF of the packet is DF of its pieces. All but the
 * last carry a multiple of eight bytes (RFC 791 §3.2).
 */
export function inPieces(packet: Uint8Array, largestBytes = LINK_MTU_BYTES): Uint8Array[] {
  const room = largestBytes - headerBytesOf(packet);
  const offsets: number[] = [];
  let at = 0;
  while (packet.length - headerBytesOf(packet) - at > room) {
    at += room & ~7;
    offsets.push(at);
  }
  return cutAt(packet, ...offsets).map((piece, i) => (i === 0 ? piece : withoutUncopiedOptions(piece)));
}

const FIRST_OPTION_AT = 20;
const END_OF_LIST = 0;
const NO_OPERATION = 1;
/** Of an option’s type: it belongs to every fragment. Others belong to the first alone (RFC 791 §3.1). */
const COPIED = 0x80;

/** Such options are blanked, so that the header keeps its length. */
function withoutUncopiedOptions(piece: Uint8Array): Uint8Array {
  const end = headerBytesOf(piece);
  for (let at = FIRST_OPTION_AT; at < end && piece[at] !== END_OF_LIST; ) {
    const type = piece[at] as number;
    const length = type === NO_OPERATION ? 1 : (piece[at + 1] as number);
    if ((type & COPIED) === 0) piece.fill(NO_OPERATION, at, at + length);
    at += length;
  }
  writeHeaderChecksum(piece);
  return piece;
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
