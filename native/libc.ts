/** libc as the files beside this one call it, by koffi, and how its calls fail. */
import { constants } from 'node:os';
import koffi from 'koffi';

export const libc = koffi.load('libc.so.6');

/** A system call that failed, with the name of the error as in errno(3). */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly code: string;

  constructor(call: string, errno: number) {
    const code =
      Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
    super(`${call} failed: ${code}`);
    this.code = code;
  }
}

/** @throws SystemCallError where the result is below 0. */
export function checked(call: string, result: number): number {
  if (result < 0) throw new SystemCallError(call, koffi.errno());
  return result;
}
