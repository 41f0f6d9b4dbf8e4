/** BPF programs written as instructions (RFC 9669). */
const INSTRUCTION_BYTES = 8;

/** Operation codes of the BPF instruction set (RFC 9669). */
export const OP = {
  moveImmediate: 0xb7,
  moveRegister: 0xbf,
  addImmediate: 0x07,
  andImmediate: 0x57,
  addRegister: 0x0f,
  xorImmediate: 0xa7,
  shiftRightImmediate: 0x77,
  /** To big-endian; the immediate is the number of bits. */
  toNetwork: 0xdc,
  /** The address of a map's value, over two instructions. */
  loadAddress: 0x18,
  loadByte: 0x71,
  loadHalf: 0x69,
  loadWord: 0x61,
  storeHalf: 0x6b,
  storeWord: 0x63,
  jumpIfNotEqual: 0x55,
  jumpIfNotEqual32: 0x56,
  jumpIfNegative: 0xc5,
  jumpIfGreaterRegister: 0x2d,
  call: 0x85,
  exit: 0x95,
} as const;

/** A jump to the program's last two instructions; its distance is known when all instructions are. */
export const TO_END = Symbol('to end');

export interface Instruction {
  readonly op: number;
  readonly destination?: number;
  readonly source?: number;
  readonly offset?: number | typeof TO_END;
  readonly immediate?: number;
}

/** The number that a load gives for bytes that stand in this order in the frame. */
export function asLoaded(bytes: readonly number[]): number {
  return bytes.reduceRight((number, byte) => (number << 8) | byte, 0);
}

/** Instructions as the kernel takes them, 8 bytes each, for little-endian machines (x64, arm64). */
export function assemble(program: readonly Instruction[]): Uint8Array {
  const end = program.length - 2;
  const view = new DataView(new ArrayBuffer(program.length * INSTRUCTION_BYTES));
  program.forEach(({ op, destination = 0, source = 0, offset = 0, immediate = 0 }, at) => {
    const start = at * INSTRUCTION_BYTES;
    view.setUint8(start, op);
    view.setUint8(start + 1, (source << 4) | destination);
    view.setInt16(start + 2, offset === TO_END ? end - at - 1 : offset, true);
    view.setInt32(start + 4, immediate, true);
  });
  return new Uint8Array(view.buffer);
}
