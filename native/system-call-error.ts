import { constants } from 'node:os';

/** A system call that failed. Its code is the name of the error as in errno(3), as in Node's own system errors. */
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
