/** A lock on a file (flock(2)): one process has it at a time, and it goes with the process, however that ends. */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { libc } from './libc.ts';

const flock = libc.func('int flock(int fd, int operation)');
const LOCK_EX = 2;
const LOCK_NB = 4;

export class FileLock {
  readonly #path: string;
  readonly #fd: number;

  private constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  /**
   * Takes the lock without waiting, and writes this process's number into the file, which is made where it is missing.
   * Undefined if another process has it. @throws the system's error where the file cannot be had.
   */
  static tryTake(path: string): FileLock | undefined {
    for (;;) {
      const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      if (flock(fd, LOCK_EX | LOCK_NB) !== 0) {
        closeSync(fd);
        return undefined;
      }
      // Somebody may have removed the file between opening and locking: then this is the lock of nothing.
      if (fstatSync(fd).ino === statSync(path, { throwIfNoEntry: false })?.ino) {
        ftruncateSync(fd);
        writeSync(fd, `${process.pid}\n`);
        return new FileLock(path, fd);
      }
      closeSync(fd);
    }
  }

  /** Gives the lock up and removes its file. */
  release(): void {
    // Removed while it is still locked: whoever has opened it meanwhile sees that, and makes a new one.
    rmSync(this.#path, { force: true });
    closeSync(this.#fd);
  }
}
