/** The file descriptors that the director waits on, as poll(2) takes them. */
import { POLL_ENTRY_BYTES, POLLIN, poll } from '../../native/sockets.ts';
import type { Arena } from './arena.ts';

const MAX_DESCRIPTORS = 512;

export class PollSet {
  readonly #arena: Arena;
  readonly #offset: number;
  #count = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#offset = arena.memory(MAX_DESCRIPTORS * POLL_ENTRY_BYTES);
  }

  replace(descriptors: readonly number[]): void {
    descriptors.forEach((fd, i) => {
      const at = (this.#offset + i * POLL_ENTRY_BYTES) >> 2;
      this.#arena.words[at] = fd;
      this.#arena.words[at + 1] = POLLIN;
    });
    this.#count = descriptors.length;
  }

  /** Resolves when one of them can be read, or after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void> {
    return poll(this.#arena.address + this.#offset, this.#count, timeoutMs);
  }
}
