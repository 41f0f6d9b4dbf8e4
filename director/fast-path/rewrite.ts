/** How a packet's bytes change, for programs that have the packet's head in reach at `base` + `at`. */
import type { Instruction, Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  fetchAndAdd,
  jumpIf,
  load,
  loadMapValue,
  place,
  R,
  reg,
  set,
  store,
  storeNumber,
  swap,
  WIDTH,
} from '../../native/bpf/instructions.ts';
import { fold } from './check-packet.ts';
import { DONT_FRAGMENT, ETHERTYPE_IPV4, FRAME, IP_BYTES, WITHOUT_OPTIONS } from './frame.ts';
import { BOARD, COURSE, WAY } from './layout.ts';
import type { ProgramMaps, Spot } from './packet-access.ts';

const IPIP = 4;
const ECN_MASK = 3;
const ECN_CONGESTION = 3;

/** Takes a hop off, and tells the header's checksum of that and of new addresses (RFC 1624). */
export function takeHop(packet: Spot, course: Spot): Instruction[] {
  const { base, at } = packet;
  return [
    load(WIDTH.byte, R.r1, base, at + FRAME.ttl),
    add(R.r1, -1),
    store(WIDTH.byte, base, at + FRAME.ttl, R.r1),
    ...update(packet, FRAME.ipChecksum, course, COURSE.ipDelta),
  ];
}

/** Adds differences to a checksum: inverted, added, inverted. */
export function update(packet: Spot, checksum: number, course: Spot, ...deltas: number[]): Instruction[] {
  const { base, at } = packet;
  return [
    load(WIDTH.half, R.r1, base, at + checksum),
    calculate('xor', R.r1, 0xffff),
    ...deltas.flatMap((delta) => [
      load(WIDTH.half, R.r2, course.base, course.at + delta),
      add(R.r1, reg(R.r2)),
    ]),
    ...fold(R.r1, R.r2),
    calculate('xor', R.r1, 0xffff),
    store(WIDTH.half, base, at + checksum, R.r1),
  ];
}

/** Puts the course's address and port in the place of one end of the packet. */
export function writeEnd(packet: Spot, course: Spot, address: number, port: number): Instruction[] {
  return [
    load(WIDTH.word, R.r1, course.base, course.at + COURSE.address),
    store(WIDTH.word, packet.base, packet.at + address, R.r1),
    load(WIDTH.half, R.r1, course.base, course.at + COURSE.port),
    store(WIDTH.half, packet.base, packet.at + port, R.r1),
  ];
}

/** Both stations of the link's header. @param step So many bytes at a time, as they are aligned. */
export function writeStations(packet: Spot, way: Spot, step: 2 | 4): Instruction[] {
  const width = step === 2 ? WIDTH.half : WIDTH.word;
  return Array.from({ length: 12 / step }, (_, i) => [
    load(width, R.r1, way.base, way.at + WAY.destinationMac + i * step),
    store(width, packet.base, packet.at + FRAME.destinationMac + i * step, R.r1),
  ]).flat();
}

/**
 * The link's type, and an IP header in front of a packet that has had its hop taken (RFC 2003). What may not be fragmented needs no identification
 * (RFC 6864); what may gets one that no other has of late. Congestion already met is not reported as met in the tunnel (RFC 3168 §9.1.1).
 */
export function writeOuter(
  outer: Spot,
  inner: Spot,
  course: Spot,
  { board }: ProgramMaps,
): (Instruction | Place)[] {
  const to = (width: (typeof WIDTH)[keyof typeof WIDTH], offset: number, register: number) =>
    store(width, outer.base, outer.at + offset, register);
  const words = Array.from({ length: IP_BYTES / 2 }, (_, i) => outer.at + FRAME.ip + 2 * i);
  return [
    storeNumber(WIDTH.half, outer.base, outer.at + FRAME.etherType, ETHERTYPE_IPV4),
    storeNumber(WIDTH.byte, outer.base, outer.at + FRAME.ip, WITHOUT_OPTIONS),
    load(WIDTH.byte, R.r1, inner.base, inner.at + FRAME.ip + 1),
    set(R.r2, reg(R.r1)),
    calculate('and', R.r2, ECN_MASK),
    jumpIf('notEqual', R.r2, ECN_CONGESTION, 'no congestion'),
    add(R.r1, -1),
    place('no congestion'),
    to(WIDTH.byte, FRAME.ip + 1, R.r1),
    load(WIDTH.half, R.r1, inner.base, inner.at + FRAME.totalBytes),
    swap(R.r1, 16),
    add(R.r1, IP_BYTES),
    swap(R.r1, 16),
    to(WIDTH.half, FRAME.totalBytes, R.r1),
    set(R.result, 0),
    load(WIDTH.half, R.r1, inner.base, inner.at + FRAME.fragment),
    calculate('and', R.r1, DONT_FRAGMENT),
    to(WIDTH.half, FRAME.fragment, R.r1),
    jumpIf('notEqual', R.r1, 0, 'no identification'),
    set(R.result, 2),
    ...loadMapValue(R.r1, board, BOARD.identification),
    fetchAndAdd(R.r1, 0, R.result),
    swap(R.result, 16),
    place('no identification'),
    to(WIDTH.half, FRAME.id, R.result),
    load(WIDTH.byte, R.r1, inner.base, inner.at + FRAME.ttl),
    to(WIDTH.byte, FRAME.ttl, R.r1),
    storeNumber(WIDTH.byte, outer.base, outer.at + FRAME.protocol, IPIP),
    storeNumber(WIDTH.half, outer.base, outer.at + FRAME.ipChecksum, 0),
    load(WIDTH.word, R.r1, course.base, course.at + COURSE.source),
    to(WIDTH.word, FRAME.source, R.r1),
    load(WIDTH.word, R.r1, course.base, course.at + COURSE.address),
    to(WIDTH.word, FRAME.destination, R.r1),
    set(R.r1, 0),
    ...words.flatMap((offset) => [load(WIDTH.half, R.r2, outer.base, offset), add(R.r1, reg(R.r2))]),
    ...fold(R.r1, R.r2),
    calculate('xor', R.r1, 0xffff),
    to(WIDTH.half, FRAME.ipChecksum, R.r1),
  ];
}
