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
import {
  decide,
  ETHERNET_BYTES,
  FRAME,
  IP_BYTES,
  type PacketAccess,
  type ProgramMaps,
  SCRATCH,
  TCP_HEAD_BYTES,
  UDP,
  UDP_HEAD_BYTES,
} from './decide.ts';
import { FLOW, KEY, KIND, WAY } from './layout.ts';
import { takeHop, update, writeAddresses, writeLink, writeOuter } from './rewrite.ts';

const NO_CHECKSUM = 0;
const MANGLED_0 = 0xffff;

/** r6 is the context, r7 the frame. */
const DIRECT: PacketAccess = {
  base: R.r7,
  at: 0,
  inputPort: XDP.interface,
  loadFrameBytes: [set(R.r1, reg(R.r6)), call(XDP_BUFFER_BYTES), set(R.r2, reg(R.result))],
  loadBytes: XDP_LOAD_BYTES,
  reachTcp: reach(TCP_HEAD_BYTES, 'no'),
};

/** Makes so many bytes of the frame in r7 readable. r1 is kept. */
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
  const flow = { base: R.r8, at: 0 };
  const way = { base: R.r9, at: 0 };
  return assemble([
    set(R.r6, reg(R.r1)),
    ...findFrame(UDP_HEAD_BYTES, 'no'),
    ...decide(DIRECT, maps, R.r6, 'no'),
    // Padding ends here, as it does in the core.
    load(WIDTH.word, R.r1, R.stack, SCRATCH.frameBytes),
    load(WIDTH.word, R.r2, R.stack, SCRATCH.totalBytes),
    add(R.r2, ETHERNET_BYTES),
    calculate('subtract', R.r2, reg(R.r1)),
    jumpIf('equal', R.r2, 0, 'has no padding'),
    set(R.r1, reg(R.r6)),
    call(XDP_ADJUST_TAIL),
    jumpIf('notEqual', R.result, 0, 'abort'),
    place('has no padding'),
    ...findFrame(UDP_HEAD_BYTES, 'abort'),
    ...takeHop(packet, flow),
    load(WIDTH.half, R.r1, R.r8, FLOW.kind),
    jumpIf('equal', R.r1, KIND.tunnelled, 'tunnelled'),
    jumpIf('equal', R.r1, KIND.asIs, 'as it is'),
    ...writeAddresses(packet, flow),
    load(WIDTH.word, R.r1, R.r8, FLOW.ports),
    store(WIDTH.word, R.r7, FRAME.transport, R.r1),
    load(WIDTH.word, R.r1, R.stack, SCRATCH.key + KEY.protocol),
    jumpIf('equal', R.r1, UDP, 'rewritten udp'),
    ...reach(TCP_HEAD_BYTES, 'abort'),
    ...update(packet, FRAME.tcpChecksum, flow, FLOW.addressDelta, FLOW.portDelta),
    jump('as it is'),
    place('rewritten udp'),
    ...update(packet, FRAME.udpChecksum, flow, FLOW.addressDelta, FLOW.portDelta),
    jumpIf('notEqual', R.r1, NO_CHECKSUM, 'as it is'),
    set(R.r1, MANGLED_0),
    store(WIDTH.half, R.r7, FRAME.udpChecksum, R.r1),
    place('as it is'),
    ...writeLink(packet, way),
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
    ...writeOuter(packet, inner, flow),
    ...writeLink(packet, way),
    jump('send'),
    place('no'),
    set(R.result, XDP_PASS),
    exit,
    place('abort'),
    set(R.result, XDP_ABORTED),
    exit,
  ]);
}
