/** How a packet's bytes change, for programs that have the packet's head in reach at `base` + `at`. */
import type { Instruction, Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  call,
  jumpIf,
  load,
  place,
  R,
  reg,
  set,
  store,
  storeNumber,
  swap,
  WIDTH,
} from '../../native/bpf/instructions.ts';
import { GET_PRANDOM_U32 } from '../../native/bpf/kernel-numbers.ts';
import { FRAME, fold, IP_BYTES, SCRATCH } from './decide.ts';
import { FLOW, WAY } from './layout.ts';

/** Register and offset of the beginning of something. */
export interface Spot {
  readonly base: number;
  readonly at: number;
}

const ETHERTYPE_IPV4 = 0x0008;
const IPIP = 4;
const WITHOUT_OPTIONS = 0x45;
/** As loaded. */
const DONT_FRAGMENT = 0x0040;
const ECN_MASK = 3;
const ECN_CONGESTION = 3;

/** Takes a hop off, and tells the header's checksum of that and of new addresses (RFC 1624). */
export function takeHop(packet: Spot, flow: Spot): Instruction[] {
  const { base, at } = packet;
  return [
    load(WIDTH.byte, R.r1, base, at + FRAME.ttl),
    add(R.r1, -1),
    store(WIDTH.byte, base, at + FRAME.ttl, R.r1),
    ...update(packet, FRAME.ipChecksum, flow, FLOW.ipDelta),
  ];
}

/** Adds differences to a checksum: inverted, added, inverted. */
export function update(packet: Spot, checksum: number, flow: Spot, ...deltas: number[]): Instruction[] {
  const { base, at } = packet;
  return [
    load(WIDTH.half, R.r1, base, at + checksum),
    calculate('xor', R.r1, 0xffff),
    ...deltas.flatMap((delta) => [load(WIDTH.half, R.r2, flow.base, flow.at + delta), add(R.r1, reg(R.r2))]),
    ...fold(R.r1, R.r2),
    calculate('xor', R.r1, 0xffff),
    store(WIDTH.half, base, at + checksum, R.r1),
  ];
}

export function writeAddresses(packet: Spot, flow: Spot): Instruction[] {
  return [
    load(WIDTH.word, R.r1, flow.base, flow.at + FLOW.source),
    store(WIDTH.word, packet.base, packet.at + FRAME.source, R.r1),
    load(WIDTH.word, R.r1, flow.base, flow.at + FLOW.destination),
    store(WIDTH.word, packet.base, packet.at + FRAME.destination, R.r1),
  ];
}

/** The link's header: both stations, and that it is IPv4. */
export function writeLink(packet: Spot, way: Spot): Instruction[] {
  const macs = [0, 2, 4, 6, 8, 10].flatMap((i) => [
    load(WIDTH.half, R.r1, way.base, way.at + WAY.destinationMac + i),
    store(WIDTH.half, packet.base, packet.at + FRAME.destinationMac + i, R.r1),
  ]);
  return [...macs, storeNumber(WIDTH.half, packet.base, packet.at + FRAME.etherType, ETHERTYPE_IPV4)];
}

/**
 * An IP header in front of a packet that has had its hop taken (RFC 2003). What may not be fragmented needs no identification
 * (RFC 6864); what may gets one at random. Congestion already met is not reported as met in the tunnel (RFC 3168 §9.1.1).
 */
export function writeOuter(outer: Spot, inner: Spot, flow: Spot): (Instruction | Place)[] {
  const to = (width: (typeof WIDTH)[keyof typeof WIDTH], offset: number, register: number) =>
    store(width, outer.base, outer.at + offset, register);
  const words = Array.from({ length: IP_BYTES / 2 }, (_, i) => outer.at + FRAME.ip + 2 * i);
  return [
    storeNumber(WIDTH.byte, outer.base, outer.at + FRAME.ip, WITHOUT_OPTIONS),
    load(WIDTH.byte, R.r1, inner.base, inner.at + FRAME.ip + 1),
    set(R.r2, reg(R.r1)),
    calculate('and', R.r2, ECN_MASK),
    jumpIf('notEqual', R.r2, ECN_CONGESTION, 'no congestion'),
    add(R.r1, -1),
    place('no congestion'),
    to(WIDTH.byte, FRAME.ip + 1, R.r1),
    load(WIDTH.word, R.r1, R.stack, SCRATCH.totalBytes),
    add(R.r1, IP_BYTES),
    swap(R.r1, 16),
    to(WIDTH.half, FRAME.totalBytes, R.r1),
    set(R.result, 0),
    load(WIDTH.half, R.r1, inner.base, inner.at + FRAME.fragment),
    calculate('and', R.r1, DONT_FRAGMENT),
    to(WIDTH.half, FRAME.fragment, R.r1),
    jumpIf('notEqual', R.r1, 0, 'no identification'),
    call(GET_PRANDOM_U32),
    place('no identification'),
    to(WIDTH.half, FRAME.id, R.result),
    load(WIDTH.byte, R.r1, inner.base, inner.at + FRAME.ttl),
    to(WIDTH.byte, FRAME.ttl, R.r1),
    storeNumber(WIDTH.byte, outer.base, outer.at + FRAME.protocol, IPIP),
    storeNumber(WIDTH.half, outer.base, outer.at + FRAME.ipChecksum, 0),
    ...writeAddresses(outer, flow),
    set(R.r1, 0),
    ...words.flatMap((offset) => [load(WIDTH.half, R.r2, outer.base, offset), add(R.r1, reg(R.r2))]),
    ...fold(R.r1, R.r2),
    calculate('xor', R.r1, 0xffff),
    to(WIDTH.half, FRAME.ipChecksum, R.r1),
  ];
}
