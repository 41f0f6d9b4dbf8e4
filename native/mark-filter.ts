/** A filter of a socket (classic BPF, socket(7)) that looks at packets' marks. */
import { addressOf } from './memory.ts';
import { SOL_SOCKET, setSocketOption } from './sockets.ts';

const SO_ATTACH_FILTER = 26;

const LOAD_WORD = 0x20;
/** Where a filter finds the mark, beyond all packets (`SKF_AD_OFF + SKF_AD_MARK`). */
const MARK_OFFSET = 0xffff_f000 + 20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
const NOTHING = 0;
const EVERYTHING = 0xffff_ffff;

/** Keeps packets with this mark from a socket. */
export function refuseMarked(fd: number, mark: number): void {
  const instructions = [
    [LOAD_WORD, 0, 0, MARK_OFFSET],
    [JUMP_IF_EQUAL, 0, 1, mark],
    [RETURN, 0, 0, NOTHING],
    [RETURN, 0, 0, EVERYTHING],
  ] as const;
  // `struct sock_filter`: code, jumps if true and if false, and a number.
  const filter = new DataView(new ArrayBuffer(8 * instructions.length));
  instructions.forEach(([code, ifTrue, ifFalse, number], i) => {
    filter.setUint16(8 * i, code, true);
    filter.setUint8(8 * i + 2, ifTrue);
    filter.setUint8(8 * i + 3, ifFalse);
    filter.setUint32(8 * i + 4, number, true);
  });
  // `struct sock_fprog`: how many there are, and where.
  const program = new DataView(new ArrayBuffer(16));
  program.setUint16(0, instructions.length, true);
  program.setBigUint64(8, BigInt(addressOf(filter)), true);
  setSocketOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, new Uint8Array(program.buffer));
}
