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
  /** Of a jump also the name of a place: where it leads. */
  readonly offset?: number | string | typeof TO_END;
  readonly immediate?: number;
}

/** The name of the instruction after it. */
export interface Place {
  readonly place: string;
}

/** The number that a load gives for bytes that stand in this order in the frame. */
export function asLoaded(bytes: readonly number[]): number {
  return bytes.reduceRight((number, byte) => (number << 8) | byte, 0);
}

/**
 * Instructions as the kernel takes them, 8 bytes each, for little-endian machines (x64, arm64).
 *
 * @throws Error where a jump leads to a place that is not there.
 */
export function assemble(program: readonly (Instruction | Place)[]): Uint8Array {
  const places = new Map<string, number>();
  const instructions: Instruction[] = [];
  for (const one of program) {
    if ('place' in one) places.set(one.place, instructions.length);
    else instructions.push(one);
  }
  const distance = (offset: Instruction['offset'] = 0, at: number): number => {
    if (typeof offset === 'number') return offset;
    const target = offset === TO_END ? instructions.length - 2 : places.get(offset as string);
    if (target === undefined) throw new Error(`a jump leads to "${String(offset)}", which is nowhere`);
    return target - at - 1;
  };
  const view = new DataView(new ArrayBuffer(instructions.length * INSTRUCTION_BYTES));
  instructions.forEach(({ op, destination = 0, source = 0, offset, immediate = 0 }, at) => {
    const start = at * INSTRUCTION_BYTES;
    view.setUint8(start, op);
    view.setUint8(start + 1, (source << 4) | destination);
    view.setInt16(start + 2, distance(offset, at), true);
    view.setInt32(start + 4, immediate, true);
  });
  return new Uint8Array(view.buffer);
}
