/** BPF programs: written as instructions (RFC 9669), loaded and attached by bpf(2). */
import { bpf } from '../../native/bpf.ts';
import { addressOf } from '../../native/memory.ts';
import { interfaceIndex } from '../../native/namespaces.ts';
import { SystemCallError } from '../../native/system-call-error.ts';
import { LabError } from '../error.ts';

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

/** linux/bpf.h. */
const PROG_LOAD = 5;
const LINK_CREATE = 28;
const ATTACH_XDP = 37;
const ATTACH_TCX_INGRESS = 46;
const ATTRIBUTES_BYTES = 144;

/** What a program is for: packets at tcx, which have been taken in, or frames at XDP, which are still the driver's. */
export const PROGRAM_TYPE = { tcx: 3, xdp: 6 } as const;

/**
 * Loads a program.
 *
 * @returns its file descriptor.
 * @throws LabError with what the kernel's verifier says.
 */
export function loadProgram(
  instructions: Uint8Array,
  type: (typeof PROGRAM_TYPE)[keyof typeof PROGRAM_TYPE] = PROGRAM_TYPE.tcx,
): number {
  const license = Buffer.from('MIT\0');
  const log = Buffer.alloc(64 * 1024);
  try {
    return callBpf('load the program', PROG_LOAD, (attributes) => {
      attributes.setUint32(0, type, true);
      attributes.setUint32(4, instructions.length / 8, true);
      attributes.setBigUint64(8, BigInt(addressOf(instructions)), true);
      attributes.setBigUint64(16, BigInt(addressOf(license)), true);
      attributes.setUint32(24, 1, true);
      attributes.setUint32(28, log.length, true);
      attributes.setBigUint64(32, BigInt(addressOf(log)), true);
    });
  } catch (error) {
    const said = log.toString('latin1', 0, log.indexOf(0)).trim();
    if (!(error instanceof LabError) || said === '') throw error;
    throw new LabError(`${error.message}\n${said}`);
  }
}

/**
 * Runs a program on every packet that reaches an interface of the current namespace, before the IP stack.
 * It stays until the returned file descriptor is closed, at the latest with the process.
 */
export function attachAtIngress(program: number, interfaceName: string): number {
  return attach(program, interfaceName, 'the tcx ingress', ATTACH_TCX_INGRESS);
}

/** As `attachAtIngress`, for a program of type `xdp`: it sees frames before the kernel makes packets of them. */
export function attachXdp(program: number, interfaceName: string): number {
  return attach(program, interfaceName, 'XDP', ATTACH_XDP);
}

function attach(program: number, interfaceName: string, where: string, type: number): number {
  const index = interfaceIndex(interfaceName);
  return callBpf(`attach at ${where} of ${interfaceName}`, LINK_CREATE, (attributes) => {
    attributes.setUint32(0, program, true);
    attributes.setUint32(4, index, true);
    attributes.setUint32(8, type, true);
  });
}

/** @throws LabError naming what could not be done. */
export function callBpf(what: string, command: number, fill: (attributes: DataView) => void): number {
  const attributes = new Uint8Array(ATTRIBUTES_BYTES);
  fill(new DataView(attributes.buffer));
  try {
    return bpf(command, addressOf(attributes), ATTRIBUTES_BYTES);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    throw new LabError(`Could not ${what}: ${error.message}.`);
  }
}
