/**
 * The XDP program of the reference: it knows one address and one port, and where frames for them go. All of that stands in
 * its instructions, so there is nothing to look up, to count or to decide.
 */

import { asLoaded, assemble, type Instruction } from '../../../native/bpf/assembler.ts';
import {
  add,
  calculate,
  call,
  exit,
  jumpIf,
  jumpIf32,
  load,
  place,
  R,
  reg,
  set,
  store,
  storeNumber,
  swap,
  WIDTH,
} from '../../../native/bpf/instructions.ts';
import { REDIRECT, XDP, XDP_ABORTED, XDP_ADJUST_HEAD, XDP_PASS } from '../../../native/bpf/kernel-numbers.ts';

/** What becomes of frames, addresses as in `10.0.2.201`. */
export interface Redirection {
  readonly address: string;
  readonly port: number;
  /** In place of both, where the mode rewrites them. */
  readonly rewritten?: { readonly address: string; readonly port: number };
  /** Of the header that is put in front, where the mode does that. */
  readonly outer?: { readonly source: string; readonly destination: string };
  /** Of the interface that frames leave from, and what is there: MAC addresses as in `02:00:0a:00:02:01`. */
  readonly interfaceIndex: number;
  readonly sourceMac: string;
  readonly destinationMac: string;
}

/** Offsets in an Ethernet frame that holds UDP in IPv4 without options. */
const AT = {
  etherType: 12,
  ip: 14,
  length: 16,
  ttl: 22,
  protocol: 23,
  ipChecksum: 24,
  destination: 30,
  port: 36,
  checksum: 40,
  end: 42,
} as const;
const IP_BYTES = 20;
const UDP = 17;
const IPIP = 4;
const OUTER_TTL = 64;
const ETHERTYPE_IPV4 = [0x08, 0x00];
/** Inverted old word and new one, of the word whose upper byte is the TTL. */
const ONE_HOP = 0xfeff;

export function redirectProgram(redirection: Redirection): Uint8Array {
  const { address, port, rewritten, outer, interfaceIndex } = redirection;
  return assemble([
    set(R.r6, reg(R.r1)),
    ...findFrame(AT.end, 'pass'),
    load(WIDTH.half, R.r1, R.r7, AT.etherType),
    jumpIf('notEqual', R.r1, asLoaded(ETHERTYPE_IPV4), 'pass'),
    load(WIDTH.byte, R.r1, R.r7, AT.protocol),
    jumpIf('notEqual', R.r1, UDP, 'pass'),
    load(WIDTH.word, R.r1, R.r7, AT.destination),
    jumpIf32('notEqual', R.r1, asLoaded(bytesOf(address)), 'pass'),
    load(WIDTH.half, R.r1, R.r7, AT.port),
    jumpIf('notEqual', R.r1, asLoaded(portBytes(port)), 'pass'),
    load(WIDTH.byte, R.r1, R.r7, AT.ttl),
    add(R.r1, -1),
    store(WIDTH.byte, R.r7, AT.ttl, R.r1),
    ...(rewritten === undefined ? tell(AT.ipChecksum, ONE_HOP) : rewrite({ address, port }, rewritten)),
    ...(outer === undefined ? [] : wrap(outer)),
    ...writeLink(redirection),
    set(R.r1, interfaceIndex),
    set(R.r2, 0),
    call(REDIRECT),
    exit,
    place('pass'),
    set(R.result, XDP_PASS),
    exit,
    ...(outer === undefined ? [] : [place('abort'), set(R.result, XDP_ABORTED), exit]),
  ]);
}

/** Leaves the frame in r7, so many bytes of it readable. */
function findFrame(bytes: number, otherwise: string): Instruction[] {
  return [
    load(WIDTH.word, R.r7, R.r6, XDP.data),
    load(WIDTH.word, R.r2, R.r6, XDP.end),
    set(R.r1, reg(R.r7)),
    add(R.r1, bytes),
    jumpIf('greater', R.r1, reg(R.r2), otherwise),
  ];
}

type End = NonNullable<Redirection['rewritten']>;

function rewrite(from: End, to: End): (Instruction | ReturnType<typeof place>)[] {
  const addresses = change(bytesOf(from.address), bytesOf(to.address));
  return [
    storeNumber(WIDTH.word, R.r7, AT.destination, asLoaded(bytesOf(to.address))),
    storeNumber(WIDTH.half, R.r7, AT.port, asLoaded(portBytes(to.port))),
    ...tell(AT.ipChecksum, addresses + ONE_HOP),
    ...tell(AT.checksum, addresses + change(portBytes(from.port), portBytes(to.port))),
    jumpIf('notEqual', R.r1, 0, 'has a checksum'),
    storeNumber(WIDTH.half, R.r7, AT.checksum, -1),
    place('has a checksum'),
  ];
}

/** A header in front, which all but the length is known of. */
function wrap({ source, destination }: NonNullable<Redirection['outer']>): Instruction[] {
  const header = [0x45, 0, 0, 0, 0, 0, 0x40, 0, OUTER_TTL, IPIP, 0, 0];
  header.push(...bytesOf(source), ...bytesOf(destination));
  const words = Array.from({ length: IP_BYTES / 4 }, (_, i) =>
    storeNumber(WIDTH.word, R.r7, AT.ip + 4 * i, asLoaded(header.slice(4 * i, 4 * i + 4))),
  );
  return [
    load(WIDTH.half, R.r8, R.r7, AT.length),
    swap(R.r8, 16),
    add(R.r8, IP_BYTES),
    set(R.r1, reg(R.r6)),
    set(R.r2, -IP_BYTES),
    call(XDP_ADJUST_HEAD),
    jumpIf('notEqual', R.result, 0, 'abort'),
    ...findFrame(AT.ip + IP_BYTES, 'abort'),
    ...words,
    set(R.r1, reg(R.r8)),
    swap(R.r1, 16),
    store(WIDTH.half, R.r7, AT.length, R.r1),
    add(R.r8, sumOf(header)),
    ...invertedFold(R.r8),
    swap(R.r8, 16),
    store(WIDTH.half, R.r7, AT.ipChecksum, R.r8),
  ];
}

function writeLink({ destinationMac, sourceMac }: Redirection): Instruction[] {
  const bytes = [destinationMac, sourceMac].flatMap((mac) =>
    mac.split(':').map((hex) => Number.parseInt(hex, 16)),
  );
  return [
    ...[0, 4, 8].map((at) => storeNumber(WIDTH.word, R.r7, at, asLoaded(bytes.slice(at, at + 4)))),
    storeNumber(WIDTH.half, R.r7, AT.etherType, asLoaded(ETHERTYPE_IPV4)),
  ];
}

/** Tells a checksum of a change, and leaves it in r1 (RFC 1624). */
function tell(checksum: number, difference: number): Instruction[] {
  return [
    load(WIDTH.half, R.r1, R.r7, checksum),
    swap(R.r1, 16),
    calculate('xor', R.r1, 0xffff),
    add(R.r1, difference),
    ...invertedFold(R.r1),
    swap(R.r1, 16),
    store(WIDTH.half, R.r7, checksum, R.r1),
  ];
}

/** What is above 16 bits is added to what is below, twice; then all of it is inverted. */
function invertedFold(register: number): Instruction[] {
  const once = [
    set(R.r2, reg(register)),
    calculate('right', R.r2, 16),
    calculate('and', register, 0xffff),
    add(register, reg(R.r2)),
  ];
  return [...once, ...once, calculate('xor', register, 0xffff)];
}

const bytesOf = (address: string): number[] => address.split('.').map(Number);
const portBytes = (port: number): number[] => [port >> 8, port & 0xff];

/** Of the words of so many bytes. */
function sumOf(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte, i) => sum + (i % 2 === 0 ? byte << 8 : byte), 0);
}

/** Inverted old words and new ones. */
function change(from: readonly number[], to: readonly number[]): number {
  return sumOf(from.map((byte) => 0xff - byte)) + sumOf(to);
}
