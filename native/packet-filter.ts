/** Filters of packet sockets (classic BPF, socket(7)): which frames a socket is given. */
import { addressOf } from './memory.ts';
import { SOL_SOCKET, setSocketOption } from './sockets.ts';

const SO_ATTACH_FILTER = 26;

/** Operation codes of linux/bpf_common.h. */
const OP = {
  loadWord: 0x20,
  loadHalf: 0x28,
  loadByte: 0x30,
  loadByteAtIndex: 0x50,
  loadLength: 0x80,
  /** The index becomes the length of the IPv4 header at an offset. */
  indexIpHeader: 0xb1,
  subtractIndex: 0x1c,
  jumpIfEqual: 0x15,
  jumpIfAtLeast: 0x35,
  jumpIfAnySet: 0x45,
  return: 0x06,
} as const;
/** Where a filter finds what is no part of the frame (`SKF_AD_OFF`): its Ethernet type, its mark. */
const ANCILLARY = 0xffff_f000;
const PROTOCOL = ANCILLARY + 0;
const MARK = ANCILLARY + 20;

const EVERYTHING = 0xffff_ffff;
const NOTHING = 0;

const ETHERTYPE_IPV4 = 0x0800;
const IP = { fragment: 6, protocol: 9 } as const;
const FRAGMENT_OFFSET_MASK = 0x1fff;
const TCP = 6;
/** The byte of a TCP header with the flags, and the one of those that opens a connection. */
const TCP_FLAGS = 13;
const SYN = 0x02;

/** By whether a frame is of a handshake: TCP with SYN, from either side. What is too short to tell is not. */
export type Share = 'everything' | 'handshakes' | 'all but handshakes';

/** Jumps forward: to the instruction after the next so many. */
type Line = readonly [op: number, ifTrue: number, ifFalse: number, operand: number];

/**
 * Keeps packets with a mark from a socket, and gives it its share of the others.
 * @param linkHeaderBytes What comes before the IP header at the socket's interface.
 */
export function filterFrames(fd: number, refusedMark: number, share: Share, linkHeaderBytes: number): void {
  attach(fd, [
    [OP.loadWord, 0, 0, MARK],
    [OP.jumpIfEqual, 0, 1, refusedMark],
    [OP.return, 0, 0, NOTHING],
    ...(share === 'everything' ? ALL : handshakes(linkHeaderBytes, share === 'handshakes')),
  ]);
}

/** Keeps everything from a socket, until it has another filter. */
export function refuseFrames(fd: number): void {
  attach(fd, [[OP.return, 0, 0, NOTHING]]);
}

const ALL: readonly Line[] = [[OP.return, 0, 0, EVERYTHING]];

function handshakes(linkHeaderBytes: number, isWanted: boolean): Line[] {
  const flagsEnd = linkHeaderBytes + TCP_FLAGS + 1;
  const [handshake, other] = isWanted ? [EVERYTHING, NOTHING] : [NOTHING, EVERYTHING];
  return [
    [OP.loadHalf, 0, 0, PROTOCOL],
    [OP.jumpIfEqual, 0, 10, ETHERTYPE_IPV4],
    [OP.loadByte, 0, 0, linkHeaderBytes + IP.protocol],
    [OP.jumpIfEqual, 0, 8, TCP],
    [OP.loadHalf, 0, 0, linkHeaderBytes + IP.fragment],
    [OP.jumpIfAnySet, 6, 0, FRAGMENT_OFFSET_MASK],
    [OP.indexIpHeader, 0, 0, linkHeaderBytes],
    // A load beyond the frame's end would end the filter, and no socket would have the frame.
    [OP.loadLength, 0, 0, 0],
    [OP.subtractIndex, 0, 0, 0],
    [OP.jumpIfAtLeast, 0, 2, flagsEnd],
    [OP.loadByteAtIndex, 0, 0, linkHeaderBytes + TCP_FLAGS],
    [OP.jumpIfAnySet, 1, 0, SYN],
    [OP.return, 0, 0, other],
    [OP.return, 0, 0, handshake],
  ];
}

function attach(fd: number, lines: readonly Line[]): void {
  // `struct sock_filter`: code, jumps if true and if false, and a number.
  const filter = new DataView(new ArrayBuffer(8 * lines.length));
  lines.forEach(([op, ifTrue, ifFalse, operand], i) => {
    filter.setUint16(8 * i, op, true);
    filter.setUint8(8 * i + 2, ifTrue);
    filter.setUint8(8 * i + 3, ifFalse);
    filter.setUint32(8 * i + 4, operand, true);
  });
  // `struct sock_fprog`: how many there are, and where.
  const program = new DataView(new ArrayBuffer(16));
  program.setUint16(0, lines.length, true);
  program.setBigUint64(8, BigInt(addressOf(filter)), true);
  setSocketOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, new Uint8Array(program.buffer));
}
