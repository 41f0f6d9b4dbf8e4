/**
 * The part that all programs share: is this packet of a flow that was entered, and does it need no thought? It is IPv4
 * without options, no fragment, with hops left and a right header checksum, TCP between SYN and FIN or UDP, addressed to
 * this machine's interface, and fits the way out. All others go on to the director as if there were no such program.
 *
 * Leaves the course in r8 and the way in r9, and has counted the packet and taken off its padding. Registers 6 and 7 stay
 * as they are.
 *
 * A program that is loaded without CAP_PERFMON, as the director's are, waits for all loads so far (LFENCE) where it first
 * writes to a place on the stack, and where the verifier loses sight of a pointer that it speculates about. So nothing is
 * kept on the stack, and no register with a place in a map is copied to another one.
 */
import type { Instruction, Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  call,
  jump,
  jumpIf,
  jumpIf32,
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
import { JIFFIES64, KTIME_GET_COARSE_NS, SMP_PROCESSOR_ID } from '../../native/bpf/kernel-numbers.ts';
import { checkHeaderChecksum, checkSize, checkTransport } from './check-packet.ts';
import { findFlow } from './find-flow.ts';
import { ETHERNET_BYTES, FRAME, MORE_FRAGMENTS, WITHOUT_OPTIONS } from './frame.ts';
import {
  BOARD,
  COUNTER,
  COUNTER_SHIFT,
  COURSE,
  COURSE_SHIFT,
  FLOW,
  MAX_COUNTERS,
  MAX_WAYS,
  NEVER,
  READY,
  WAY,
  WAY_SHIFT,
  WAY_USE_NS,
} from './layout.ts';
import { fieldsOf, type PacketAccess, type ProgramMaps } from './packet-access.ts';

const EXCEPTION = 'exception';
const DECIDED = 'decided';

/** @param no Where packets go that are not the fast path's. */
export function decide(access: PacketAccess, maps: ProgramMaps, no: string): (Instruction | Place)[] {
  return [
    ...access.loadFrameBytes,
    ...readClock(maps),
    ...findFlow(access, maps, no),
    ...checkEpoch(maps, no),
    ...findCourse(access, maps, no),
    ...checkPacket(access, no),
    ...noteUse(maps, no),
    ...access.trim,
    ...count(access, maps),
    jump(DECIDED),
    // Those after it must not overtake it: they go its way, until the director enters the flow again.
    place(EXCEPTION),
    storeNumber(WIDTH.word, R.r5, FLOW.epoch, NEVER),
    jump(no),
    place(DECIDED),
  ];
}

/** Sees to it that the clock on the board is this tick's. r8 is used. */
function readClock({ board }: ProgramMaps): (Instruction | Place)[] {
  return [
    call(JIFFIES64),
    ...loadMapValue(R.r1, board),
    load(WIDTH.double, R.r2, R.r1, BOARD.tick),
    jumpIf('equal', R.r2, reg(R.result), 'clock is right'),
    set(R.r8, reg(R.result)),
    call(KTIME_GET_COARSE_NS),
    ...loadMapValue(R.r1, board),
    store(WIDTH.double, R.r1, BOARD.clock, R.result),
    store(WIDTH.double, R.r1, BOARD.tick, R.r8),
    place('clock is right'),
  ];
}

/** Goes on with the flow in r5 if it holds. The director must not have overlooked this packet when it says that one does. */
function checkEpoch({ board }: ProgramMaps, no: string): (Instruction | Place)[] {
  return [
    ...loadMapValue(R.r1, board, BOARD.epoch),
    load(WIDTH.word, R.r1, R.r1, 0),
    load(WIDTH.word, R.r2, R.r5, FLOW.epoch),
    jumpIf('equal', R.r1, reg(R.r2), 'holds'),
    jumpIf32('notEqual', R.r2, READY, no),
    storeNumber(WIDTH.word, R.r5, FLOW.epoch, NEVER),
    jump(no),
    place('holds'),
  ];
}

/** Leaves in r8 the course of the flow in r5, whose packets come in where they did. */
function findCourse(access: PacketAccess, maps: ProgramMaps, no: string): Instruction[] {
  const field = fieldsOf(access);
  return [
    load(WIDTH.half, R.r1, R.r5, FLOW.course),
    calculate('left', R.r1, COURSE_SHIFT),
    ...loadMapValue(R.r8, maps.courses),
    add(R.r8, reg(R.r1)),
    load(WIDTH.word, R.r1, R.r6, access.inputPort),
    load(WIDTH.word, R.r2, R.r8, COURSE.inputPort),
    jumpIf('notEqual', R.r1, reg(R.r2), no),
    ...[0, 2, 4].flatMap((i) => [
      field(WIDTH.half, R.r1, FRAME.destinationMac + i),
      load(WIDTH.half, R.r2, R.r8, COURSE.inputMac + i),
      jumpIf('notEqual', R.r1, reg(R.r2), no),
    ]),
  ];
}

/** Leaves the packet's length in r4 and that of its padding in r9. */
function checkPacket(access: PacketAccess, no: string): (Instruction | Place)[] {
  const field = fieldsOf(access);
  return [
    field(WIDTH.byte, R.r1, FRAME.ip),
    jumpIf('notEqual', R.r1, WITHOUT_OPTIONS, EXCEPTION),
    field(WIDTH.half, R.r1, FRAME.fragment),
    jumpIf('anyOf', R.r1, MORE_FRAGMENTS, EXCEPTION),
    field(WIDTH.byte, R.r1, FRAME.ttl),
    jumpIf('atMost', R.r1, 1, EXCEPTION),
    // The length: what IP says, which may be less than there is, but not more.
    add(R.r9, -ETHERNET_BYTES),
    field(WIDTH.half, R.r4, FRAME.totalBytes),
    swap(R.r4, 16),
    jumpIf('greater', R.r4, reg(R.r9), EXCEPTION),
    calculate('subtract', R.r9, reg(R.r4)),
    ...checkHeaderChecksum(access, EXCEPTION),
    ...checkTransport(access, no, EXCEPTION),
    ...checkSize(access, EXCEPTION),
  ];
}

/** Notes that the flow and its way were used. Leaves the way in r9, and the length of the padding in r3. */
function noteUse(maps: ProgramMaps, no: string): (Instruction | Place)[] {
  return [
    set(R.r3, reg(R.r9)),
    load(WIDTH.half, R.r1, R.r8, COURSE.way),
    // There are no greater numbers, which the verifier does not know.
    calculate('and', R.r1, MAX_WAYS - 1),
    calculate('left', R.r1, WAY_SHIFT),
    ...loadMapValue(R.r9, maps.ways),
    add(R.r9, reg(R.r1)),
    load(WIDTH.word, R.r1, R.r9, WAY.port),
    jumpIf('equal', R.r1, 0, no),
    ...loadMapValue(R.r1, maps.board),
    load(WIDTH.double, R.r2, R.r1, BOARD.clock),
    store(WIDTH.double, R.r5, FLOW.lastSeen, R.r2),
    load(WIDTH.double, R.r1, R.r9, WAY.lastUsed),
    add(R.r1, WAY_USE_NS),
    jumpIf('greater', R.r1, reg(R.r2), 'use is known'),
    store(WIDTH.double, R.r9, WAY.lastUsed, R.r2),
    place('use is known'),
  ];
}

/** No other program runs on this processor meanwhile, so nothing has to be atomic. */
function count(access: PacketAccess, maps: ProgramMaps): Instruction[] {
  const field = fieldsOf(access);
  return [
    call(SMP_PROCESSOR_ID),
    calculate('and', R.result, maps.processors - 1),
    load(WIDTH.half, R.r2, R.r8, COURSE.counter),
    calculate('and', R.r2, MAX_COUNTERS - 1),
    calculate('multiply', R.r2, maps.processors),
    add(R.r2, reg(R.result)),
    calculate('left', R.r2, COUNTER_SHIFT),
    ...loadMapValue(R.r1, maps.counters),
    add(R.r1, reg(R.r2)),
    load(WIDTH.double, R.r2, R.r1, COUNTER.packets),
    add(R.r2, 1),
    store(WIDTH.double, R.r1, COUNTER.packets, R.r2),
    field(WIDTH.half, R.r3, FRAME.totalBytes),
    swap(R.r3, 16),
    load(WIDTH.double, R.r2, R.r1, COUNTER.bytes),
    add(R.r2, reg(R.r3)),
    store(WIDTH.double, R.r1, COUNTER.bytes, R.r2),
  ];
}
