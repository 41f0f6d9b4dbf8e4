/** The file descriptors that the director waits on, as poll(2) takes them. */
import { eventLoopDescriptor } from '../../native/event-loop.ts';
import { POLL_ENTRY_BYTES, POLLIN, poll, pollBlocking } from '../../native/sockets.ts';
import type { Arena } from './arena.ts';

const MAX_DESCRIPTORS = 4096;
/** poll(2) leaves such an entry out. */
const NO_SIGNAL = -1;

export class PollSet {
  readonly #arena: Arena;
  readonly #offset: number;
  /** Comes before the other descriptors. */
  readonly #eventLoop = eventLoopDescriptor();
  #count = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#offset = arena.memory(MAX_DESCRIPTORS * POLL_ENTRY_BYTES);
  }

  replace(descriptors: readonly number[]): void {
    const all = [this.#eventLoop ?? NO_SIGNAL, ...descriptors];
    for (const [i, fd] of all.entries()) {
      const at = (this.#offset + i * POLL_ENTRY_BYTES) >> 2;
      this.#arena.words[at] = fd;
      this.#arena.words[at + 1] = POLLIN;
    }
    this.#count = all.length;
  }

  /**
   * Waits until one of them can be read, for at most `timeoutMs`. It holds this thread up where it can wait for Node's event
   * loop as well: a frame then wakes it without the detour by another thread, which takes several times as long.
   */
  wait(timeoutMs: number): undefined | Promise<void> {
    const address = this.#arena.address + this.#offset;
    if (this.#eventLoop === undefined) return poll(address, this.#count, timeoutMs);
    pollBlocking(address, this.#count, timeoutMs);
    return undefined;
  }

  /** Whether the event loop was found to have something to do, or cannot be asked. */
  get eventLoopIsReady(): boolean {
    return this.#eventLoop === undefined || this.#isReady(0);
  }

  /** Whether the first of the descriptors was found to be readable. */
  get firstIsReady(): boolean {
    return this.#isReady(1);
  }

  #isReady(entry: number): boolean {
    const events = this.#arena.words[(this.#offset + entry * POLL_ENTRY_BYTES + 4) >> 2] as number;
    return events >>> 16 !== 0;
  }
}
