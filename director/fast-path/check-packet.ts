/**
 * Checks of a packet whose flow was found and holds: its header is whole and right, it says nothing of a beginning or an
 * end, and it fits the way out. What does not go on is an exception. The packet's length is in r4, its course in r8; r5 is kept.
 */
import type { Instruction, Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  jump,
  jumpIf,
  load,
  place,
  R,
  reg,
  set,
  WIDTH,
} from '../../native/bpf/instructions.ts';
import { FRAME, IP_BYTES, TCP_BYTES, UDP, UDP_BYTES } from './frame.ts';
import { COURSE, KIND } from './layout.ts';
import { fieldsOf, type PacketAccess } from './packet-access.ts';

const SYN_FIN_RST_ACK = 0x17;
const ACK = 0x10;

export function checkHeaderChecksum(access: PacketAccess, exception: string): Instruction[] {
  const field = fieldsOf(access);
  const words = Array.from({ length: IP_BYTES / 4 }, (_, i) => FRAME.ip + 4 * i);
  return [
    set(R.r3, 0),
    ...words.flatMap((offset) => [field(WIDTH.word, R.r2, offset), add(R.r3, reg(R.r2))]),
    // Of five words there is a carry beyond 32 bits, which counts like the others.
    set(R.r2, reg(R.r3)),
    calculate('right', R.r2, 32),
    calculate('left', R.r3, 32),
    calculate('right', R.r3, 32),
    add(R.r3, reg(R.r2)),
    ...fold(R.r3, R.r2),
    jumpIf('notEqual', R.r3, 0xffff, exception),
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

export function checkTransport(access: PacketAccess, no: string, exception: string): (Instruction | Place)[] {
  const field = fieldsOf(access);
  return [
    field(WIDTH.byte, R.r1, FRAME.protocol),
    jumpIf('equal', R.r1, UDP, 'udp'),
    jumpIf('less', R.r4, IP_BYTES + TCP_BYTES, exception),
    ...access.reachTcp(no),
    field(WIDTH.byte, R.r1, FRAME.tcpFlags),
    calculate('and', R.r1, SYN_FIN_RST_ACK),
    jumpIf('notEqual', R.r1, ACK, exception),
    jump('transport is right'),
    place('udp'),
    jumpIf('less', R.r4, IP_BYTES + UDP_BYTES, exception),
    // A datagram without a checksum gets one where it is rewritten, which takes looking at all of it.
    field(WIDTH.half, R.r1, FRAME.udpChecksum),
    jumpIf('notEqual', R.r1, 0, 'transport is right'),
    load(WIDTH.half, R.r1, R.r8, COURSE.kind),
    jumpIf('equal', R.r1, KIND.toServer, exception),
    jumpIf('equal', R.r1, KIND.fromServer, exception),
    place('transport is right'),
  ];
}

/** Of a merged packet the segments must fit; inside a tunnel there is nobody to cut them. */
export function checkSize(access: PacketAccess, exception: string): (Instruction | Place)[] {
  const field = fieldsOf(access);
  const { segmentBytes } = access;
  const limit = [
    load(WIDTH.half, R.r2, R.r8, COURSE.mtuBytes),
    jumpIf('greater', R.r1, reg(R.r2), exception),
  ];
  if (segmentBytes === undefined) return [set(R.r1, reg(R.r4)), ...limit];
  return [
    set(R.r1, reg(R.r4)),
    load(WIDTH.word, R.r3, R.r6, segmentBytes),
    jumpIf('equal', R.r3, 0, 'one segment'),
    load(WIDTH.half, R.r2, R.r8, COURSE.kind),
    jumpIf('equal', R.r2, KIND.tunnelled, exception),
    set(R.r1, reg(R.r3)),
    add(R.r1, IP_BYTES + UDP_BYTES),
    field(WIDTH.byte, R.r2, FRAME.protocol),
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
