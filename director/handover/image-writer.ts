/** When the image of a director's state is written: as soon as its rules change, and often enough for what changes by itself. */

import type { DirectorState } from '../state.ts';
import { imageOf } from '../state-image.ts';
import type { SharedMemory } from './shared-memory.ts';

/** Between two images, so that a director which was killed has lost no more of its counters and of its schedulers' places. */
const PERIOD_MS = 250;
/** Of the time, images take at most one part in so many, and where rules change one part in fewer. */
const SHARE = 50;
const SHARE_OF_CHANGES = 25;

export class ImageWriter {
  readonly #memory: SharedMemory;
  readonly #log: (text: string) => void;
  #dueMs = 0;
  #endedMs = 0;
  #costMs = 0;
  #isTooLarge = false;

  /** @param log Told, in a sentence, what a person should know of. */
  constructor(memory: SharedMemory, log: (text: string) => void) {
    this.#memory = memory;
    this.#log = log;
  }

  /** Writes it at once, before the change is confirmed; of many changes in a row not each one. */
  rulesChanged(state: DirectorState): void {
    this.#dueMs = Math.min(this.#dueMs, this.#endedMs + this.#costMs * SHARE_OF_CHANGES);
    this.tick(state);
  }

  tick(state: DirectorState): void {
    if (this.#memory.now() >= this.#dueMs) this.write(state);
  }

  write(state: DirectorState): void {
    const beganMs = this.#memory.now();
    if (!this.#memory.write(imageOf(state)) && !this.#isTooLarge) {
      this.#isTooLarge = true;
      this.#log('the rules are too many to be kept beyond this process: a restart loses its connections');
    }
    this.#endedMs = this.#memory.now();
    this.#costMs = this.#endedMs - beganMs;
    this.#dueMs = this.#endedMs + Math.max(PERIOD_MS, this.#costMs * SHARE);
  }
}
