/** The few system calls of the lab that no program offers: loading and attaching a BPF program, and changing namespace. */
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import { LabError } from '../error.ts';

const libc = koffi.load(null);
const bpf = libc.func('long syscall(long number, int command, void *attributes, uint32_t size)');
const setns = libc.func('int setns(int fd, int type)');
const if_nametoindex = libc.func('uint32_t if_nametoindex(const char *name)');

/** linux/bpf.h and the system call tables. */
const BPF_SYSCALL: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };
const PROG_LOAD = 5;
const LINK_CREATE = 28;
const PROG_TYPE_SCHED_CLS = 3;
const ATTACH_TCX_INGRESS = 46;
const CLONE_NEWNET = 0x40000000;
const ATTRIBUTES_BYTES = 144;

/**
 * Loads a program for packets (BPF_PROG_TYPE_SCHED_CLS).
 *
 * @returns its file descriptor.
 * @throws LabError with what the kernel's verifier says.
 */
export function loadProgram(instructions: Uint8Array): number {
  const license = Buffer.from('MIT\0');
  const log = Buffer.alloc(64 * 1024);
  try {
    return callBpf('load the program', PROG_LOAD, (attributes) => {
      attributes.setUint32(0, PROG_TYPE_SCHED_CLS, true);
      attributes.setUint32(4, instructions.length / 8, true);
      attributes.setBigUint64(8, koffi.address(instructions), true);
      attributes.setBigUint64(16, koffi.address(license), true);
      attributes.setUint32(24, 1, true);
      attributes.setUint32(28, log.length, true);
      attributes.setBigUint64(32, koffi.address(log), true);
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
  const index = if_nametoindex(interfaceName) as number;
  if (index === 0) throw failure(`find interface ${interfaceName}`);
  return callBpf(`attach at the tcx ingress of ${interfaceName}`, LINK_CREATE, (attributes) => {
    attributes.setUint32(0, program, true);
    attributes.setUint32(4, index, true);
    attributes.setUint32(8, ATTACH_TCX_INGRESS, true);
  });
}

/** Moves this thread into a named network namespace. */
export function enterNamespace(name: string): void {
  const fd = openSync(`/run/netns/${name}`, 'r');
  try {
    if (setns(fd, CLONE_NEWNET) !== 0) throw failure(`enter namespace ${name}`);
  } finally {
    closeSync(fd);
  }
}

function callBpf(what: string, command: number, fill: (attributes: DataView) => void): number {
  const number = BPF_SYSCALL[process.arch];
  if (number === undefined) {
    throw new LabError(
      `The number of the bpf system call is known for x64 and arm64, not for ${process.arch}.`,
    );
  }
  const attributes = new Uint8Array(ATTRIBUTES_BYTES);
  fill(new DataView(attributes.buffer));
  const fd = Number(bpf(number, command, attributes, ATTRIBUTES_BYTES));
  if (fd < 0) throw failure(what);
  return fd;
}

function failure(what: string): LabError {
  const code = koffi.errno();
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === code)?.[0] ?? `errno ${code}`;
  return new LabError(`Could not ${what}: ${name}.`);
}
