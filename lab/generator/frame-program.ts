/**
 * The BPF program that makes frames: it writes the head of a UDP frame over whatever is in the buffer, that of one of many
 * flows, and lets it pass as if it had just come in, or puts it onto a link. The kernel uses buffers again and again, and whoever forwarded one has
 * rewritten it, so the head is written whole each time.
 */

import { assemble, type Instruction, type Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  call,
  exit,
  jump,
  jumpIf,
  load,
  loadMapValue,
  place,
  R,
  reg,
  set,
  store,
  swap,
  WIDTH,
} from '../../native/bpf/instructions.ts';
import { GET_PRANDOM_U32, REDIRECT, XDP, XDP_DROP, XDP_PASS } from '../../native/bpf/kernel-numbers.ts';
import { FIRST_PORT, PORTS_OF_A_SOURCE } from './frame-source.ts';

/** Offsets in an Ethernet frame that holds UDP in IPv4. */
const IP_CHECKSUM = 24;
/** The part of an address that tells flows apart, and the port. */
const END = {
  source: { address: 28, port: 34 },
  destination: { address: 32, port: 36 },
} as const;
const CHECKSUM = 40;
const HEAD_BYTES = 42;
/** What comes before the checksum is copied, four bytes at a time. */
const COPIED_BYTES = 40;

/** What the program is given: the head, how many flows there are, and the sums of the checksums without a flow's own part. */
const GIVEN = { flows: 40, sum: 44, ipSum: 48, isInTurn: 52, next: 56, link: 60 } as const;
export const HEAD_VALUE_BYTES = 64;

export interface FrameProgramOptions {
  /** Which end tells the flows apart. */
  readonly client?: keyof typeof END;
  /** What is done before a frame is written; the context is in r6, there and at the end. */
  readonly first?: readonly (Instruction | Place)[];
  /** What is done with a frame that is put onto no link, in place of letting it pass. */
  readonly last?: readonly Instruction[];
}

/** @param map file descriptor of an array whose only value is `headValue` of the frames to send. */
export function frameProgram(
  map: number,
  { client = 'source', first = [], last = [set(R.result, XDP_PASS), exit] }: FrameProgramOptions = {},
): Uint8Array {
  const end = END[client];
  return assemble([
    set(R.r6, reg(R.r1)),
    ...first,
    ...loadMapValue(R.r7, map),
    // The flow, in r8: the next one, or any.
    load(WIDTH.word, R.r1, R.r7, GIVEN.isInTurn),
    jumpIf('equal', R.r1, 0, 'at random'),
    load(WIDTH.word, R.r8, R.r7, GIVEN.next),
    set(R.r1, reg(R.r8)),
    add(R.r1, 1),
    load(WIDTH.word, R.r2, R.r7, GIVEN.flows),
    jumpIf('less', R.r1, reg(R.r2), 'not the last one'),
    set(R.r1, 0),
    place('not the last one'),
    store(WIDTH.word, R.r7, GIVEN.next, R.r1),
    jump('chosen'),
    place('at random'),
    call(GET_PRANDOM_U32),
    load(WIDTH.word, R.r8, R.r7, GIVEN.flows),
    calculate('multiply', R.r8, reg(R.result)),
    calculate('right', R.r8, 32),
    place('chosen'),
    load(WIDTH.word, R.r2, R.r6, XDP.data),
    load(WIDTH.word, R.r3, R.r6, XDP.end),
    set(R.r4, reg(R.r2)),
    add(R.r4, HEAD_BYTES),
    jumpIf('greater', R.r4, reg(R.r3), 'too short'),
    ...copyHead(),
    // Its address, in r9 as what is added to the first one.
    set(R.r9, reg(R.r8)),
    calculate('right', R.r9, Math.log2(PORTS_OF_A_SOURCE)),
    jumpIf('equal', R.r9, 0, 'the first address'),
    load(WIDTH.half, R.r1, R.r7, end.address),
    swap(R.r1, 16),
    add(R.r1, reg(R.r9)),
    swap(R.r1, 16),
    store(WIDTH.half, R.r2, end.address, R.r1),
    load(WIDTH.word, R.result, R.r7, GIVEN.ipSum),
    add(R.result, reg(R.r9)),
    ...fold(),
    ...fold(),
    calculate('xor', R.result, 0xffff),
    swap(R.result, 16),
    store(WIDTH.half, R.r2, IP_CHECKSUM, R.result),
    place('the first address'),
    calculate('and', R.r8, PORTS_OF_A_SOURCE - 1),
    add(R.r8, FIRST_PORT),
    set(R.r1, reg(R.r8)),
    swap(R.r1, 16),
    store(WIDTH.half, R.r2, end.port, R.r1),
    // The checksum: the sum, folded into 16 bits, inverted; 0 would say that there is none (RFC 768).
    load(WIDTH.word, R.result, R.r7, GIVEN.sum),
    add(R.result, reg(R.r8)),
    add(R.result, reg(R.r9)),
    ...fold(),
    ...fold(),
    calculate('xor', R.result, 0xffff),
    jumpIf('notEqual', R.result, 0, 'has a checksum'),
    set(R.result, 0xffff),
    place('has a checksum'),
    swap(R.result, 16),
    store(WIDTH.half, R.r2, CHECKSUM, R.result),
    load(WIDTH.word, R.r1, R.r7, GIVEN.link),
    jumpIf('equal', R.r1, 0, 'arrives'),
    set(R.r2, 0),
    call(REDIRECT),
    exit,
    place('arrives'),
    ...last,
    place('too short'),
    set(R.result, XDP_DROP),
    exit,
  ]);
}

/** What is sent. */
export interface Head {
  /** Of the first address, with port 0. */
  readonly frame: Uint8Array;
  readonly flows: number;
  /** Whether each flow has a frame before one has the next, instead of any at random. */
  readonly isInTurn: boolean;
  /** Interface whose link frames are put onto; 0 lets them arrive where the program is run. */
  readonly link: number;
}

export function headValue({ frame, flows, isInTurn, link }: Head): Uint8Array {
  const value = new Uint8Array(HEAD_VALUE_BYTES);
  value.set(frame.subarray(0, COPIED_BYTES));
  const view = new DataView(value.buffer);
  const inverted = (at: number) => 0xffff - (((frame[at] as number) << 8) | (frame[at + 1] as number));
  view.setUint32(GIVEN.flows, flows, true);
  view.setUint32(GIVEN.sum, inverted(CHECKSUM), true);
  view.setUint32(GIVEN.ipSum, inverted(IP_CHECKSUM), true);
  view.setUint32(GIVEN.isInTurn, isInTurn ? 1 : 0, true);
  view.setUint32(GIVEN.link, link, true);
  return value;
}

function copyHead(): Instruction[] {
  return Array.from({ length: COPIED_BYTES / 4 }, (_, i): Instruction[] => [
    load(WIDTH.word, R.r5, R.r7, i * 4),
    store(WIDTH.word, R.r2, i * 4, R.r5),
  ]).flat();
}

/** What is above 16 bits of register 0 is added to what is below. */
function fold(): Instruction[] {
  return [
    set(R.r1, reg(R.result)),
    calculate('right', R.r1, 16),
    calculate('and', R.result, 0xffff),
    add(R.result, reg(R.r1)),
  ];
}
