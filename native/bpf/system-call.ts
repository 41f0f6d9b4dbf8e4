/** bpf(2), which has no function in libc. */
import { constants } from 'node:os';
import koffi from 'koffi';
import { checked, libc } from '../libc.ts';
import { SystemCallError } from '../system-call-error.ts';

const syscall = libc.func(
  'intptr_t syscall(intptr_t number, int command, uintptr_t attributes, uint32_t length)',
);

/** Its number, by processor. */
const SYS_BPF: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };
const NUMBER = SYS_BPF[process.arch];

/** How often the verifier may be interrupted by a signal in a row: it begins anew then, as bpf(2) asks for by EAGAIN. */
const MOST_TRIES = 20;

/** The result is a file descriptor. */
export function bpf(command: number, attributesAddress: number, length: number): number {
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    const result = tryBpf(command, attributesAddress, length);
    if (result >= 0 || koffi.errno() !== constants.errno.EAGAIN) return checked('bpf', result);
  }
  return checked('bpf', tryBpf(command, attributesAddress, length));
}

/** As `bpf`, but below 0 where the kernel refuses: of a map, for what is not there or has no room. */
export function tryBpf(command: number, attributesAddress: number, length: number): number {
  if (NUMBER === undefined) throw new SystemCallError(`bpf on ${process.arch}`, constants.errno.ENOSYS);
  return Number(syscall(NUMBER, command, attributesAddress, length));
}
