/**
 * The BPF program that makes frames: it writes the head of a UDP frame over whatever is in the buffer, with a source port
 * drawn at random, and lets it pass as if it had just come in. The kernel uses buffers again and again, and whoever
 * forwarded one has rewritten it, so the head is written whole each time.
 */
import { assemble, type Instruction, OP, TO_END } from '../../native/bpf/assembler.ts';

/** Offsets in an Ethernet frame that holds UDP in IPv4. */
const SOURCE_PORT = 34;
const CHECKSUM = 40;
const HEAD_BYTES = 42;
/** What comes before the checksum is copied, four bytes at a time. */
const COPIED_BYTES = 40;

/** Offset of the checksum's sum without the source port, in the head that the program is given. */
const SUM = 44;
export const HEAD_VALUE_BYTES = 48;

/** Helpers and constants of linux/bpf.h. */
const GET_PRANDOM_U32 = 7;
const PSEUDO_MAP_VALUE = 2;
const XDP_DROP = 1;
const XDP_PASS = 2;
/** `struct xdp_md`. */
const DATA = 0;
const DATA_END = 4;

/**
 * @param map file descriptor of an array whose only value is `headValue` of the frames to send.
 * @param flows how many source ports, a power of two, from `firstPort` on.
 */
export function frameProgram(map: number, firstPort: number, flows: number): Uint8Array {
  return assemble([
    { op: OP.moveRegister, destination: 6, source: 1 },
    { op: OP.call, immediate: GET_PRANDOM_U32 },
    { op: OP.andImmediate, destination: 0, immediate: flows - 1 },
    { op: OP.addImmediate, destination: 0, immediate: firstPort },
    { op: OP.loadWord, destination: 2, source: 6, offset: DATA },
    { op: OP.loadWord, destination: 3, source: 6, offset: DATA_END },
    { op: OP.moveRegister, destination: 4, source: 2 },
    { op: OP.addImmediate, destination: 4, immediate: HEAD_BYTES },
    { op: OP.jumpIfGreaterRegister, destination: 4, source: 3, offset: TO_END },
    { op: OP.loadAddress, destination: 7, source: PSEUDO_MAP_VALUE, immediate: map },
    { op: 0 },
    ...copyHead(),
    { op: OP.moveRegister, destination: 1, source: 0 },
    { op: OP.toNetwork, destination: 1, immediate: 16 },
    { op: OP.storeHalf, destination: 2, source: 1, offset: SOURCE_PORT },
    // The checksum: the sum, folded into 16 bits, inverted; 0 would say that there is none (RFC 768).
    { op: OP.loadWord, destination: 5, source: 7, offset: SUM },
    { op: OP.addRegister, destination: 0, source: 5 },
    ...fold(),
    ...fold(),
    { op: OP.xorImmediate, destination: 0, immediate: 0xffff },
    { op: OP.jumpIfNotEqual, destination: 0, immediate: 0, offset: 1 },
    { op: OP.moveImmediate, destination: 0, immediate: 0xffff },
    { op: OP.toNetwork, destination: 0, immediate: 16 },
    { op: OP.storeHalf, destination: 2, source: 0, offset: CHECKSUM },
    { op: OP.moveImmediate, destination: 0, immediate: XDP_PASS },
    { op: OP.exit },
    // The end: a buffer too short for the head.
    { op: OP.moveImmediate, destination: 0, immediate: XDP_DROP },
    { op: OP.exit },
  ]);
}

/** @param frame of the flow with source port 0. */
export function headValue(frame: Uint8Array): Uint8Array {
  const value = new Uint8Array(HEAD_VALUE_BYTES);
  value.set(frame.subarray(0, HEAD_BYTES));
  const checksum = ((frame[CHECKSUM] as number) << 8) | (frame[CHECKSUM + 1] as number);
  new DataView(value.buffer).setUint32(SUM, 0xffff - checksum, true);
  return value;
}

function copyHead(): Instruction[] {
  return Array.from({ length: COPIED_BYTES / 4 }, (_, i): Instruction[] => [
    { op: OP.loadWord, destination: 5, source: 7, offset: i * 4 },
    { op: OP.storeWord, destination: 2, source: 5, offset: i * 4 },
  ]).flat();
}

/** What is above 16 bits of register 0 is added to what is below. */
function fold(): Instruction[] {
  return [
    { op: OP.moveRegister, destination: 1, source: 0 },
    { op: OP.shiftRightImmediate, destination: 1, immediate: 16 },
    { op: OP.andImmediate, destination: 0, immediate: 0xffff },
    { op: OP.addRegister, destination: 0, source: 1 },
  ];
}
