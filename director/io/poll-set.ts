/** The file descriptors that the director waits on, as poll(2) takes them. */
import type { Arena } from './arena.ts';
import { poll } from './system.ts';

/** `struct pollfd`: descriptor, then events asked for and events seen. */
const ENTRY_BYTES = 8;
const POLLIN = 1;
const MAX_DESCRIPTORS = 512;

export class PollSet {
  readonly #arena: Arena;
  readonly #offset: number;
  #count = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#offset = arena.memory(MAX_DESCRIPTORS * ENTRY_BYTES);
  }

  replace(descriptors: readonly number[]): void {
    descriptors.forEach((fd, i) => {
      const at = (this.#offset + i * ENTRY_BYTES) >> 2;
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
