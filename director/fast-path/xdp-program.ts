/** One program for a port whose driver runs it on frames before the kernel makes packets of them. */
import { assemble, type Instruction } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  call,
  exit,
  jump,
  jumpIf,
  load,
  place,
  R,
  reg,
  set,
  store,
  WIDTH,
} from '../../native/bpf/instructions.ts';
import {
  REDIRECT,
  XDP,
  XDP_ABORTED,
  XDP_ADJUST_HEAD,
  XDP_ADJUST_TAIL,
  XDP_BUFFER_BYTES,
  XDP_LOAD_BYTES,
  XDP_PASS,
} from '../../native/bpf/kernel-numbers.ts';
import { decide } from './decide.ts';
import { ETHERNET_BYTES, FRAME, IP_BYTES, TCP_HEAD_BYTES, UDP, UDP_HEAD_BYTES } from './frame.ts';
import { COURSE, KIND, WAY } from './layout.ts';
import type { PacketAccess, ProgramMaps } from './packet-access.ts';
import { takeHop, update, writeEnd, writeOuter, writeStations } from './rewrite.ts';

const NO_CHECKSUM = 0;
const MANGLED_0 = 0xffff;

/** r6 is the context, r7 the frame. */
const DIRECT: PacketAccess = {
  base: R.r7,
  at: 0,
  inputPort: XDP.interface,
  loadFrameBytes: [set(R.r1, reg(R.r6)), call(XDP_BUFFER_BYTES), set(R.r9, reg(R.result))],
  loadBytes: XDP_LOAD_BYTES,
  reachTcp: (no) => reach(TCP_HEAD_BYTES, no),
  trim: [
    set(R.r2, 0),
    calculate('subtract', R.r2, reg(R.r3)),
    jumpIf('equal', R.r2, 0, 'has no padding'),
    set(R.r1, reg(R.r6)),
    call(XDP_ADJUST_TAIL),
    jumpIf('notEqual', R.result, 0, 'abort'),
    ...findFrame(UDP_HEAD_BYTES, 'abort'),
    place('has no padding'),
  ],
};

/** Makes so many bytes of the frame in r7 readable. r2 and r3 are used. */
function reach(bytes: number, no: string): Instruction[] {
  return [
    load(WIDTH.word, R.r3, R.r6, XDP.end),
    set(R.r2, reg(R.r7)),
    add(R.r2, bytes),
    jumpIf('greater', R.r2, reg(R.r3), no),
  ];
}

function findFrame(bytes: number, no: string): Instruction[] {
  return [load(WIDTH.word, R.r7, R.r6, XDP.data), ...reach(bytes, no)];
}

export function xdpProgram(maps: ProgramMaps): Uint8Array {
  const packet = { base: R.r7, at: 0 };
  const inner = { base: R.r7, at: IP_BYTES };
  const course = { base: R.r8, at: 0 };
  const way = { base: R.r9, at: 0 };
  return assemble([
    set(R.r6, reg(R.r1)),
    ...findFrame(UDP_HEAD_BYTES, 'no'),
    ...decide(DIRECT, maps, 'no'),
    ...takeHop(packet, course),
    load(WIDTH.half, R.r1, R.r8, COURSE.kind),
    jumpIf('equal', R.r1, KIND.tunnelled, 'tunnelled'),
    jumpIf('equal', R.r1, KIND.asIs, 'as it is'),
    jumpIf('equal', R.r1, KIND.fromServer, 'from a server'),
    ...writeEnd(packet, course, FRAME.destination, FRAME.destinationPort),
    jump('transport'),
    place('from a server'),
    ...writeEnd(packet, course, FRAME.source, FRAME.sourcePort),
    place('transport'),
    load(WIDTH.byte, R.r1, R.r7, FRAME.protocol),
    jumpIf('equal', R.r1, UDP, 'rewritten udp'),
    ...reach(TCP_HEAD_BYTES, 'abort'),
    ...update(packet, FRAME.tcpChecksum, course, COURSE.addressDelta, COURSE.portDelta),
    jump('as it is'),
    place('rewritten udp'),
    ...update(packet, FRAME.udpChecksum, course, COURSE.addressDelta, COURSE.portDelta),
    jumpIf('notEqual', R.r1, NO_CHECKSUM, 'as it is'),
    set(R.r1, MANGLED_0),
    store(WIDTH.half, R.r7, FRAME.udpChecksum, R.r1),
    place('as it is'),
    ...writeStations(packet, way, 4),
    place('send'),
    load(WIDTH.word, R.r1, R.r9, WAY.port),
    set(R.r2, 0),
    call(REDIRECT),
    exit,
    place('tunnelled'),
    set(R.r1, reg(R.r6)),
    set(R.r2, -IP_BYTES),
    call(XDP_ADJUST_HEAD),
    jumpIf('notEqual', R.result, 0, 'abort'),
    ...findFrame(ETHERNET_BYTES + 2 * IP_BYTES, 'abort'),
    ...writeOuter(packet, inner, course, maps),
    ...writeStations(packet, way, 4),
    jump('send'),
    place('no'),
    set(R.result, XDP_PASS),
    exit,
    place('abort'),
    set(R.result, XDP_ABORTED),
    exit,
  ]);
}
