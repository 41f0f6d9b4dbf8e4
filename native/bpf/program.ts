/** BPF programs loaded and attached by bpf(2). */

import { addressOf } from '../memory.ts';
import { interfaceIndex } from '../namespaces.ts';
import { SystemCallError } from '../system-call-error.ts';
import { bpf, tryBpf } from './system-call.ts';

/** The kernel refused a program, or does not offer what it was for. */
export class BpfError extends Error {
  override readonly name = 'BpfError';
}

/** linux/bpf.h. */
const PROG_LOAD = 5;
const LINK_CREATE = 28;
const LINK_DETACH = 34;
const ATTACH_XDP = 37;
const ATTACH_TCX_INGRESS = 46;
const ATTRIBUTES_BYTES = 144;

/** What a program is for: a socket's packets, packets at tcx, which have been taken in, or frames at XDP, which are still the driver's. */
export const PROGRAM_TYPE = { socketFilter: 1, tcx: 3, xdp: 6 } as const;

/**
 * Loads a program.
 *
 * @returns its file descriptor.
 * @throws BpfError with what the kernel's verifier says.
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
    if (!(error instanceof BpfError) || said === '') throw error;
    throw new BpfError(`${error.message}\n${said}`);
  }
}

/**
 * Runs a program on every packet that reaches an interface of the current namespace, before the IP stack.
 * It stays until `detach`, or until nobody has the returned file descriptor open any more.
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

/** Takes a program away that was attached, whoever else has the descriptor open; it stays to be closed. One that is gone is gone. */
export function detach(link: number): void {
  const attributes = new Uint8Array(ATTRIBUTES_BYTES);
  new DataView(attributes.buffer).setUint32(0, link, true);
  tryBpf(LINK_DETACH, addressOf(attributes), ATTRIBUTES_BYTES);
}

/** @throws BpfError naming what could not be done. */
export function callBpf(what: string, command: number, fill: (attributes: DataView) => void): number {
  const attributes = new Uint8Array(ATTRIBUTES_BYTES);
  fill(new DataView(attributes.buffer));
  try {
    return bpf(command, addressOf(attributes), ATTRIBUTES_BYTES);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    throw new BpfError(`Could not ${what}: ${error.message}.`);
  }
}
