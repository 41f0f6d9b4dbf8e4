/**
 * Two programs for one port, where packets are the kernel's already: they work on every interface, on merged packets as on
 * single ones, and leave its owner free to do there what he likes. The first one decides. It is the filter of the director's
 * packet socket, which sees a packet before anybody else: what it takes the director does not get. The second one, at tcx
 * ingress, right after that and on the same processor, rewrites what was taken and sends it on.
 */
import { assemble, type Instruction, type Place } from '../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  call,
  exit,
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
import {
  ADJUST_AT_MAC,
  ADJUST_FOR_IPV4,
  CSUM_MANGLED_0,
  CSUM_PSEUDO_HEADER,
  L4_CSUM_REPLACE,
  REDIRECT,
  SKB,
  SKB_ADJUST_ROOM,
  SKB_CHANGE_TAIL,
  SKB_LOAD_BYTES,
  SKB_STORE_BYTES,
  SMP_PROCESSOR_ID,
  TCX_NEXT,
} from '../../native/bpf/kernel-numbers.ts';
import { decide } from './decide.ts';
import {
  ETHERNET_BYTES,
  ETHERTYPE_IPV4,
  FRAGMENT_OFFSET,
  FRAME,
  HEADER_WORDS,
  IP_BYTES,
  PORTS_BYTES,
  TCP,
  TCP_HEAD_BYTES,
  UDP,
  UDP_HEAD_BYTES,
  WITHOUT_OPTIONS,
} from './frame.ts';
import {
  COURSE,
  DECISION,
  DECISION_COURSE_BYTES,
  DECISION_SHIFT,
  DECISION_WAY_BYTES,
  KEY,
  KIND,
  WAY,
} from './layout.ts';
import type { PacketAccess, ProgramMaps } from './packet-access.ts';
import { takeHop, writeEnd, writeOuter, writeStations } from './rewrite.ts';

/** Where the packet's head is copied to, and where an outer header is made: so that the IP headers' words are aligned. */
const HEAD = -62;
const OUTER = -142;
const HEAD_OF_IP = ETHERNET_BYTES + IP_BYTES;
/** Fields of a packet, and where they stand in a key. */
const KEY_FIELDS = [
  [FRAME.source, KEY.source],
  [FRAME.destination, KEY.destination],
  [FRAME.transport, KEY.ports],
] as const;
const TCX_DROP = 2;
const EVERYTHING = -1;
/** The byte of a TCP header with the flags, and the one of those that opens a connection. */
const TCP_FLAGS = 13;
const SYN = 0x02;

const COPIED: PacketAccess = {
  base: R.stack,
  at: HEAD,
  inputPort: SKB.interface,
  loadFrameBytes: [load(WIDTH.word, R.r9, R.r6, SKB.length)],
  loadBytes: SKB_LOAD_BYTES,
  // It has been copied.
  reachTcp: () => [],
  segmentBytes: SKB.segmentBytes,
  // The second program does that.
  trim: [],
};

/** Copies bytes of the packet in r6 to the stack. */
function copyHead(from: number, to: number, no: string): Instruction[] {
  return [
    set(R.r1, reg(R.r6)),
    set(R.r2, from),
    set(R.r3, reg(R.stack)),
    add(R.r3, HEAD + from),
    set(R.r4, to - from),
    call(SKB_LOAD_BYTES),
    jumpIf('notEqual', R.result, 0, no),
  ];
}

/** Leaves this processor's decision in r7. */
function findDecision(maps: ProgramMaps): Instruction[] {
  return [
    set(R.r6, reg(R.r1)),
    call(SMP_PROCESSOR_ID),
    calculate('and', R.result, maps.processors - 1),
    calculate('left', R.result, DECISION_SHIFT),
    ...loadMapValue(R.r7, maps.decisions),
    add(R.r7, reg(R.result)),
  ];
}

/**
 * Handshakes are not given to the socket either.
 * @param refusedMark Packets with this mark are neither taken nor given to the socket.
 */
export function filterProgram(maps: ProgramMaps, refusedMark: number): Uint8Array {
  return assemble([
    ...findDecision(maps),
    storeNumber(WIDTH.word, R.r7, DECISION.isTaken, 0),
    load(WIDTH.word, R.r1, R.r6, SKB.mark),
    jumpIf32('equal', R.r1, refusedMark, 'not for the socket'),
    load(WIDTH.word, R.r1, R.r6, SKB.length),
    jumpIf('less', R.r1, TCP_HEAD_BYTES, 'short'),
    ...copyHead(0, TCP_HEAD_BYTES, 'for the socket'),
    jump('copied'),
    place('short'),
    ...copyHead(0, UDP_HEAD_BYTES, 'for the socket'),
    // A packet that is no longer is not TCP's, or damaged: it has no flags.
    ...Array.from({ length: (TCP_HEAD_BYTES - UDP_HEAD_BYTES) / 4 }, (_, i) =>
      storeNumber(WIDTH.word, R.stack, HEAD + UDP_HEAD_BYTES + 4 * i, 0),
    ),
    place('copied'),
    load(WIDTH.word, R.r1, R.r6, SKB.vlanPresent),
    jumpIf('notEqual', R.r1, 0, 'no'),
    ...decide(COPIED, maps, 'no'),
    load(WIDTH.half, R.r1, R.stack, HEAD + FRAME.totalBytes),
    swap(R.r1, 16),
    store(WIDTH.word, R.r7, DECISION.totalBytes, R.r1),
    ...KEY_FIELDS.flatMap(([field, key]) => [
      load(WIDTH.word, R.r1, R.stack, HEAD + field),
      store(WIDTH.word, R.r7, DECISION.key + key, R.r1),
    ]),
    ...copy(R.r8, DECISION.course, DECISION_COURSE_BYTES),
    ...copy(R.r9, DECISION.way, DECISION_WAY_BYTES),
    storeNumber(WIDTH.word, R.r7, DECISION.isTaken, 1),
    place('not for the socket'),
    set(R.result, 0),
    exit,
    place('no'),
    ...refuseHandshakes('not for the socket', 'for the socket'),
    place('for the socket'),
    set(R.result, EVERYTHING),
    exit,
  ]);
}

/**
 * Handshakes have a socket of their own, whose filter (`filterFrames`) tells them in the same way. Of the packet in r6, whose
 * head has been copied.
 */
function refuseHandshakes(handshake: string, other: string): (Instruction | Place)[] {
  return [
    load(WIDTH.half, R.r1, R.stack, HEAD + FRAME.etherType),
    jumpIf('notEqual', R.r1, ETHERTYPE_IPV4, other),
    load(WIDTH.byte, R.r1, R.stack, HEAD + FRAME.protocol),
    jumpIf('notEqual', R.r1, TCP, other),
    load(WIDTH.half, R.r1, R.stack, HEAD + FRAME.fragment),
    jumpIf('anyOf', R.r1, FRAGMENT_OFFSET, other),
    load(WIDTH.word, R.r1, R.r6, SKB.length),
    jumpIf('less', R.r1, TCP_HEAD_BYTES, 'flags elsewhere'),
    load(WIDTH.byte, R.r2, R.stack, HEAD + FRAME.ip),
    jumpIf('notEqual', R.r2, WITHOUT_OPTIONS, 'flags elsewhere'),
    load(WIDTH.byte, R.r1, R.stack, HEAD + FRAME.transport + TCP_FLAGS),
    jumpIf('anyOf', R.r1, SYN, handshake),
    jump(other),
    // Behind options, or in a header that was cut short.
    place('flags elsewhere'),
    load(WIDTH.byte, R.r2, R.stack, HEAD + FRAME.ip),
    calculate('and', R.r2, HEADER_WORDS),
    calculate('left', R.r2, 2),
    add(R.r2, ETHERNET_BYTES + TCP_FLAGS),
    set(R.r1, reg(R.r6)),
    set(R.r3, reg(R.stack)),
    add(R.r3, HEAD),
    set(R.r4, 1),
    call(SKB_LOAD_BYTES),
    jumpIf('notEqual', R.result, 0, other),
    load(WIDTH.byte, R.r1, R.stack, HEAD),
    jumpIf('anyOf', R.r1, SYN, handshake),
  ];
}

/** To the decision. */
function copy(from: number, to: number, bytes: number): Instruction[] {
  return Array.from({ length: bytes / 8 }, (_, i) => [
    load(WIDTH.double, R.r1, from, 8 * i),
    store(WIDTH.double, R.r7, to + 8 * i, R.r1),
  ]).flat();
}

/** @param mark What packets carry that are sent on. */
export function forwardingProgram(maps: ProgramMaps, mark: number): Uint8Array {
  const packet = { base: R.stack, at: HEAD };
  const outer = { base: R.stack, at: OUTER };
  const course = { base: R.r7, at: DECISION.course };
  const way = { base: R.r7, at: DECISION.way };
  return assemble([
    ...findDecision(maps),
    load(WIDTH.word, R.r8, R.r7, DECISION.isTaken),
    jumpIf('equal', R.r8, 0, 'next'),
    storeNumber(WIDTH.word, R.r7, DECISION.isTaken, 0),
    ...copyHead(0, UDP_HEAD_BYTES, 'next'),
    ...KEY_FIELDS.flatMap(([field, key]) => [
      load(WIDTH.word, R.r1, R.stack, HEAD + field),
      load(WIDTH.word, R.r2, R.r7, DECISION.key + key),
      jumpIf('notEqual', R.r1, reg(R.r2), 'next'),
    ]),
    // Padding ends here, as it does in the core.
    load(WIDTH.word, R.r2, R.r7, DECISION.totalBytes),
    add(R.r2, ETHERNET_BYTES),
    load(WIDTH.word, R.r1, R.r6, SKB.length),
    jumpIf('equal', R.r1, reg(R.r2), 'has no padding'),
    set(R.r1, reg(R.r6)),
    set(R.r3, 0),
    call(SKB_CHANGE_TAIL),
    jumpIf('notEqual', R.result, 0, 'drop'),
    place('has no padding'),
    ...takeHop(packet, course),
    load(WIDTH.half, R.r8, R.r7, DECISION.course + COURSE.kind),
    jumpIf('equal', R.r8, KIND.tunnelled, 'tunnelled'),
    jumpIf('equal', R.r8, KIND.asIs, 'as it is'),
    jumpIf('equal', R.r8, KIND.fromServer, 'from a server'),
    ...writeEnd(packet, course, FRAME.destination, FRAME.destinationPort),
    jump('transport'),
    place('from a server'),
    ...writeEnd(packet, course, FRAME.source, FRAME.sourcePort),
    place('transport'),
    ...tellTransport(),
    place('as it is'),
    ...writeStations(packet, way, 2),
    // The ports come right behind: with all that has changed the packet is written once.
    ...storeBytes(HEAD, 0, HEAD_OF_IP + PORTS_BYTES),
    place('send'),
    set(R.r1, mark),
    store(WIDTH.word, R.r6, SKB.mark, R.r1),
    load(WIDTH.word, R.r1, R.r7, DECISION.way + WAY.port),
    set(R.r2, 0),
    call(REDIRECT),
    exit,
    place('tunnelled'),
    ...storeBytes(HEAD + FRAME.ip, FRAME.ip, IP_BYTES),
    set(R.r1, reg(R.r6)),
    set(R.r2, IP_BYTES),
    set(R.r3, ADJUST_AT_MAC),
    set(R.r4, ADJUST_FOR_IPV4),
    call(SKB_ADJUST_ROOM),
    jumpIf('notEqual', R.result, 0, 'drop'),
    ...writeOuter(outer, packet, course, maps),
    ...writeStations(outer, way, 2),
    ...storeBytes(OUTER, 0, HEAD_OF_IP),
    jump('send'),
    place('next'),
    set(R.result, TCX_NEXT),
    exit,
    place('drop'),
    set(R.result, TCX_DROP),
    exit,
  ]);
}

/** A checksum that its sender left to hardware covers the addresses so far, and not the ports: the kernel knows which it is. */
function tellTransport(): (Instruction | Place)[] {
  return [
    set(R.r9, FRAME.tcpChecksum),
    set(R.r8, 0),
    load(WIDTH.byte, R.r1, R.stack, HEAD + FRAME.protocol),
    jumpIf('notEqual', R.r1, UDP, 'is tcp'),
    set(R.r9, FRAME.udpChecksum),
    set(R.r8, CSUM_MANGLED_0),
    place('is tcp'),
    ...replace(COURSE.addressDelta, CSUM_PSEUDO_HEADER),
    ...replace(COURSE.portDelta, 0),
  ];
}

function replace(delta: number, flag: number): Instruction[] {
  return [
    set(R.r1, reg(R.r6)),
    set(R.r2, reg(R.r9)),
    set(R.r3, 0),
    load(WIDTH.half, R.r4, R.r7, DECISION.course + delta),
    set(R.r5, reg(R.r8)),
    calculate('or', R.r5, flag),
    call(L4_CSUM_REPLACE),
    jumpIf('notEqual', R.result, 0, 'drop'),
  ];
}

function storeBytes(from: number, to: number, bytes: number): Instruction[] {
  return [
    set(R.r1, reg(R.r6)),
    set(R.r2, to),
    set(R.r3, reg(R.stack)),
    add(R.r3, from),
    set(R.r4, bytes),
    set(R.r5, 0),
    call(SKB_STORE_BYTES),
    jumpIf('notEqual', R.result, 0, 'drop'),
  ];
}
