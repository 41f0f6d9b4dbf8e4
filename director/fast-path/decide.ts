/**
 * The part that all programs share: is this packet of a flow that was entered, and does it need no thought? It is IPv4
 * without options, no fragment, with hops left and a right header checksum, TCP between SYN and FIN or UDP, addressed to
 * this machine's interface, and fits the way out. All others go on to the director as if there were no such program.
 *
 * Leaves the flow in r8, the way in r9, and the key and the packet's length on the stack (`SCRATCH`), and has counted the
 * packet. Registers 6 and 7 stay as they are.
 */
import type { Instruction, Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  calculate32,
  call,
  jump,
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
import { KTIME_GET_COARSE_NS, SMP_PROCESSOR_ID } from '../../native/bpf/kernel-numbers.ts';
import { hashKey } from './flow-hash.ts';
import {
  BOARD,
  BUCKET_SHIFT,
  COUNTER,
  COUNTER_SHIFT,
  FLOW,
  KEY,
  KEY_BYTES,
  KIND,
  MAX_COUNTERS,
  MAX_WAYS,
  NEVER,
  SLOT_BYTES,
  SLOTS,
  TABLE,
  WAY,
  WAY_SHIFT,
  WAY_USE_NS,
} from './layout.ts';

/** The maps that programs use, as file descriptors, and for how many processors they have room: a power of two. */
export interface ProgramMaps {
  readonly flows: { readonly fd: number; readonly buckets: number; readonly seed: number };
  readonly board: number;
  readonly ways: number;
  readonly counters: number;
  readonly decisions: number;
  readonly processors: number;
}

/** Offsets in an Ethernet frame that holds IPv4 without options. */
export const FRAME = {
  destinationMac: 0,
  sourceMac: 6,
  etherType: 12,
  ip: 14,
  totalBytes: 16,
  id: 18,
  fragment: 20,
  ttl: 22,
  protocol: 23,
  ipChecksum: 24,
  source: 26,
  destination: 30,
  transport: 34,
  udpChecksum: 40,
  tcpOffset: 46,
  tcpFlags: 47,
  tcpChecksum: 50,
} as const;
export const ETHERNET_BYTES = 14;
export const IP_BYTES = 20;
export const UDP_HEAD_BYTES = 42;
export const TCP_HEAD_BYTES = 54;

export const TCP = 6;
export const UDP = 17;
export const ETHERTYPE_IPV4 = 0x0008;
/** Version 4, with the header's length in words: none beyond the fixed ones, and the most that there may be. */
const WITHOUT_OPTIONS = 0x45;
const WITH_MOST_OPTIONS = 0x4f;
export const HEADER_WORDS = 0x0f;
/** As loaded. */
export const FRAGMENT_OFFSET = 0xff1f;
const MORE_FRAGMENTS = 0x0020;
const SYN_FIN_RST_ACK = 0x17;
const ACK = 0x10;
const PORTS_BYTES = 4;
const TCP_BYTES = 20;
const UDP_BYTES = 8;
const EXCEPTION = 'exception';
const DECIDED = 'decided';

/** Where the key and the packet's length as IP says it are kept. */
export const SCRATCH = { key: -96, processor: -80, totalBytes: -76, frameBytes: -72 } as const;

/** How a program gets at its packet. */
export interface PacketAccess {
  /** Register and offset of the frame's beginning. */
  readonly base: number;
  readonly at: number;
  /** Where in its context the interface's number is. */
  readonly inputPort: number;
  /** Leaves the frame's length in r2; r1 to r5 may be used. */
  readonly loadFrameBytes: readonly Instruction[];
  /** The helper that copies bytes of the packet. */
  readonly loadBytes: number;
  /** Makes the first `TCP_HEAD_BYTES` readable, or jumps to `no`. */
  readonly reachTcp: readonly Instruction[];
  /** Where in its context the payload of a merged packet's segments is; absent where there are none. */
  readonly segmentBytes?: number;
}

/** @param context The register that holds it. @param no Where packets go that are not the fast path's. */
export function decide(
  access: PacketAccess,
  maps: ProgramMaps,
  context: number,
  no: string,
): (Instruction | Place)[] {
  const { base, at } = access;
  const field: Field = (width, register, offset) => load(width, register, base, at + offset);
  return [
    ...findFlow(field, access, maps, context, no),
    // It holds still, and its packets come in where they did.
    ...loadMapValue(R.r1, maps.board, BOARD.epoch),
    load(WIDTH.word, R.r1, R.r1, 0),
    load(WIDTH.word, R.r2, R.r8, FLOW.epoch),
    jumpIf('notEqual', R.r1, reg(R.r2), no),
    load(WIDTH.word, R.r1, context, access.inputPort),
    load(WIDTH.word, R.r2, R.r8, FLOW.inputPort),
    jumpIf('notEqual', R.r1, reg(R.r2), no),
    ...[0, 2, 4].flatMap((i) => [
      field(WIDTH.half, R.r1, FRAME.destinationMac + i),
      load(WIDTH.half, R.r2, R.r8, FLOW.inputMac + i),
      jumpIf('notEqual', R.r1, reg(R.r2), no),
    ]),
    // A packet of the flow that needs thought.
    field(WIDTH.byte, R.r1, FRAME.ip),
    jumpIf('notEqual', R.r1, WITHOUT_OPTIONS, EXCEPTION),
    field(WIDTH.half, R.r1, FRAME.fragment),
    jumpIf('anyOf', R.r1, MORE_FRAGMENTS, EXCEPTION),
    field(WIDTH.byte, R.r1, FRAME.ttl),
    jumpIf('atMost', R.r1, 1, EXCEPTION),
    // The length: what IP says, which may be less than there is, but not more.
    ...access.loadFrameBytes,
    store(WIDTH.word, R.stack, SCRATCH.frameBytes, R.r2),
    add(R.r2, -ETHERNET_BYTES),
    field(WIDTH.half, R.r1, FRAME.totalBytes),
    swap(R.r1, 16),
    jumpIf('greater', R.r1, reg(R.r2), EXCEPTION),
    store(WIDTH.word, R.stack, SCRATCH.totalBytes, R.r1),
    ...checkHeaderChecksum(field),
    ...checkTransport(field, access),
    ...checkSize(field, access, context),
    ...findWay(maps, no),
    ...count(maps, no),
    jump(DECIDED),
    // Those after it must not overtake it: they go its way, until the director enters the flow again.
    place(EXCEPTION),
    storeNumber(WIDTH.word, R.r8, FLOW.epoch, NEVER),
    jump(no),
    place(DECIDED),
  ];
}

type Field = (width: (typeof WIDTH)[keyof typeof WIDTH], register: number, offset: number) => Instruction;

function checkHeaderChecksum(field: Field): Instruction[] {
  const words = Array.from({ length: IP_BYTES / 4 }, (_, i) => FRAME.ip + 4 * i);
  return [
    set(R.r3, 0),
    ...words.flatMap((offset) => [field(WIDTH.word, R.r4, offset), add(R.r3, reg(R.r4))]),
    // Of five words there is a carry beyond 32 bits, which counts like the others.
    set(R.r4, reg(R.r3)),
    calculate('right', R.r4, 32),
    calculate('left', R.r3, 32),
    calculate('right', R.r3, 32),
    add(R.r3, reg(R.r4)),
    ...fold(R.r3, R.r4),
    jumpIf('notEqual', R.r3, 0xffff, EXCEPTION),
  ];
}

/** What is above 16 bits is added to what is below, twice. */
export function fold(register: number, other: number): Instruction[] {
  return [0, 1].flatMap(() => [
    set(other, reg(register)),
    calculate('right', other, 16),
    calculate('and', register, 0xffff),
    add(register, reg(other)),
  ]);
}

/** Leaves the flow in r8. */
function findFlow(
  field: Field,
  access: PacketAccess,
  maps: ProgramMaps,
  context: number,
  no: string,
): (Instruction | Place)[] {
  return [
    field(WIDTH.half, R.r1, FRAME.etherType),
    jumpIf('notEqual', R.r1, ETHERTYPE_IPV4, no),
    field(WIDTH.half, R.r1, FRAME.fragment),
    jumpIf('anyOf', R.r1, FRAGMENT_OFFSET, no),
    field(WIDTH.byte, R.r1, FRAME.protocol),
    jumpIf('equal', R.r1, UDP, 'has ports'),
    jumpIf('notEqual', R.r1, TCP, no),
    place('has ports'),
    store(WIDTH.word, R.stack, SCRATCH.key + KEY.protocol, R.r1),
    field(WIDTH.word, R.r1, FRAME.source),
    store(WIDTH.word, R.stack, SCRATCH.key + KEY.source, R.r1),
    field(WIDTH.word, R.r1, FRAME.destination),
    store(WIDTH.word, R.stack, SCRATCH.key + KEY.destination, R.r1),
    // The version, and where the ports are.
    field(WIDTH.byte, R.r4, FRAME.ip),
    jumpIf('equal', R.r4, WITHOUT_OPTIONS, 'without options'),
    jumpIf('less', R.r4, WITHOUT_OPTIONS, no),
    jumpIf('greater', R.r4, WITH_MOST_OPTIONS, no),
    calculate('and', R.r4, HEADER_WORDS),
    calculate('left', R.r4, 2),
    add(R.r4, ETHERNET_BYTES),
    set(R.r1, reg(context)),
    set(R.r2, reg(R.r4)),
    set(R.r3, reg(R.stack)),
    add(R.r3, SCRATCH.key + KEY.ports),
    set(R.r4, PORTS_BYTES),
    call(access.loadBytes),
    jumpIf('notEqual', R.result, 0, no),
    jump('ports'),
    place('without options'),
    field(WIDTH.word, R.r1, FRAME.transport),
    store(WIDTH.word, R.stack, SCRATCH.key + KEY.ports, R.r1),
    place('ports'),
    ...findSlot(maps.flows, no),
  ];
}

/** As `FlowTable` does. */
function findSlot({ fd, buckets, seed }: ProgramMaps['flows'], no: string): (Instruction | Place)[] {
  const slots = Array.from({ length: SLOTS }, (_, slot) => ({ slot, found: `slot ${slot}` }));
  return [
    ...hashKey(SCRATCH.key, seed),
    ...loadMapValue(R.r8, fd, TABLE.buckets),
    set(R.r4, reg(R.r3)),
    calculate('and', R.r4, buckets - 1),
    calculate('left', R.r4, BUCKET_SHIFT),
    add(R.r8, reg(R.r4)),
    calculate32('or', R.r3, 1),
    ...slots.flatMap(({ slot, found }) => [
      load(WIDTH.word, R.r4, R.r8, 4 * slot),
      jumpIf('equal', R.r4, reg(R.r3), found),
    ]),
    jump(no),
    ...slots.flatMap(({ slot, found }) => [place(found), add(R.r8, (slot + 1) * SLOT_BYTES), jump('found')]),
    place('found'),
    ...[KEY.source, KEY.destination, KEY.ports, KEY.protocol].flatMap((field) => [
      load(WIDTH.word, R.r1, R.r8, field),
      load(WIDTH.word, R.r2, R.stack, SCRATCH.key + field),
      jumpIf('notEqual', R.r1, reg(R.r2), no),
    ]),
    add(R.r8, KEY_BYTES),
  ];
}

/** Its header is whole and says nothing of a beginning or an end; r1 is the packet's length. */
function checkTransport(field: Field, access: PacketAccess): (Instruction | Place)[] {
  return [
    load(WIDTH.word, R.r1, R.stack, SCRATCH.totalBytes),
    load(WIDTH.word, R.r2, R.stack, SCRATCH.key + KEY.protocol),
    jumpIf('equal', R.r2, UDP, 'udp'),
    jumpIf('less', R.r1, IP_BYTES + TCP_BYTES, EXCEPTION),
    ...access.reachTcp,
    field(WIDTH.byte, R.r1, FRAME.tcpFlags),
    calculate('and', R.r1, SYN_FIN_RST_ACK),
    jumpIf('notEqual', R.r1, ACK, EXCEPTION),
    jump('transport is right'),
    place('udp'),
    jumpIf('less', R.r1, IP_BYTES + UDP_BYTES, EXCEPTION),
    // A datagram without a checksum gets one where it is rewritten, which takes looking at all of it.
    load(WIDTH.half, R.r1, R.r8, FLOW.kind),
    jumpIf('notEqual', R.r1, KIND.rewritten, 'transport is right'),
    field(WIDTH.half, R.r1, FRAME.udpChecksum),
    jumpIf('equal', R.r1, 0, EXCEPTION),
    place('transport is right'),
  ];
}

/** Of a merged packet the segments must fit; inside a tunnel there is nobody to cut them. */
function checkSize(field: Field, { segmentBytes }: PacketAccess, context: number): (Instruction | Place)[] {
  const whole = load(WIDTH.word, R.r1, R.stack, SCRATCH.totalBytes);
  const limit = [load(WIDTH.half, R.r2, R.r8, FLOW.mtuBytes), jumpIf('greater', R.r1, reg(R.r2), EXCEPTION)];
  if (segmentBytes === undefined) return [whole, ...limit];
  return [
    whole,
    load(WIDTH.word, R.r3, context, segmentBytes),
    jumpIf('equal', R.r3, 0, 'one segment'),
    load(WIDTH.half, R.r2, R.r8, FLOW.kind),
    jumpIf('equal', R.r2, KIND.tunnelled, EXCEPTION),
    set(R.r1, reg(R.r3)),
    add(R.r1, IP_BYTES + UDP_BYTES),
    load(WIDTH.word, R.r2, R.stack, SCRATCH.key + KEY.protocol),
    jumpIf('equal', R.r2, UDP, 'one segment'),
    // The data offset counts words, in the upper half of its byte.
    field(WIDTH.byte, R.r2, FRAME.tcpOffset),
    calculate('right', R.r2, 4),
    calculate('left', R.r2, 2),
    add(R.r1, reg(R.r2)),
    add(R.r1, -UDP_BYTES),
    place('one segment'),
    ...limit,
  ];
}

/** Leaves the way in r9, and notes that it and the flow were used. */
function findWay(maps: ProgramMaps, no: string): (Instruction | Place)[] {
  return [
    load(WIDTH.half, R.r2, R.r8, FLOW.way),
    jumpIf('atLeast', R.r2, MAX_WAYS, no),
    calculate('left', R.r2, WAY_SHIFT),
    ...loadMapValue(R.r9, maps.ways),
    add(R.r9, reg(R.r2)),
    load(WIDTH.word, R.r1, R.r9, WAY.port),
    jumpIf('equal', R.r1, 0, no),
    call(KTIME_GET_COARSE_NS),
    store(WIDTH.double, R.r8, FLOW.lastSeen, R.result),
    load(WIDTH.double, R.r1, R.r9, WAY.lastUsed),
    add(R.r1, WAY_USE_NS),
    jumpIf('greater', R.r1, reg(R.result), 'use is known'),
    store(WIDTH.double, R.r9, WAY.lastUsed, R.result),
    place('use is known'),
  ];
}

/** No other program runs on this processor meanwhile, so nothing has to be atomic. */
function count(maps: ProgramMaps, no: string): Instruction[] {
  return [
    call(SMP_PROCESSOR_ID),
    calculate('and', R.result, maps.processors - 1),
    store(WIDTH.word, R.stack, SCRATCH.processor, R.result),
    load(WIDTH.half, R.r2, R.r8, FLOW.counter),
    jumpIf('atLeast', R.r2, MAX_COUNTERS, no),
    calculate('multiply', R.r2, maps.processors),
    add(R.r2, reg(R.result)),
    calculate('left', R.r2, COUNTER_SHIFT),
    ...loadMapValue(R.r1, maps.counters),
    add(R.r1, reg(R.r2)),
    load(WIDTH.double, R.r2, R.r1, COUNTER.packets),
    add(R.r2, 1),
    store(WIDTH.double, R.r1, COUNTER.packets, R.r2),
    load(WIDTH.word, R.r3, R.stack, SCRATCH.totalBytes),
    load(WIDTH.double, R.r2, R.r1, COUNTER.bytes),
    add(R.r2, reg(R.r3)),
    store(WIDTH.double, R.r1, COUNTER.bytes, R.r2),
  ];
}
