/** When the image of a director's state is written: as soon as its rules change, and often enough for what changes by itself. */

import type { DirectorState } from '../state.ts';
import { imageLines } from '../state-image.ts';
import type { Images } from './images.ts';

/** Between two images, so that a director which was killed has lost no more of its counters and of its schedulers' places. */
const PERIOD_MS = 250;
/** Packets wait no longer for it at a time. With thousands of services an image takes many such times. */
const STEP_MS = 1;
/** Lines that are written at a time however long they take, as when the code has not run before: those of a few services. */
const STEP_LINES = 100;

export class ImageWriter {
  readonly #images: Images;
  readonly #now: () => number;
  readonly #log: (text: string) => void;
  /** Lines that are still to be written of the image that was begun. */
  #lines: Iterator<string, void> | undefined;
  /** Rules have changed since then. */
  #isOutdated = false;
  #dueMs = 0;
  #isTooLarge = false;

  /**
   * @param now In milliseconds.
   * @param log Told, in a sentence, what a person should know of.
   */
  constructor(images: Images, now: () => number, log: (text: string) => void) {
    this.#images = images;
    this.#now = now;
    this.#log = log;
  }

  /** With a few services it is written before the change is confirmed. With many it goes on with the ticks alone. */
  rulesChanged(state: DirectorState): void {
    if (this.#lines !== undefined) this.#isOutdated = true;
    // One of many changes, maybe: it would cost more than the change itself.
    if (state.services.size > STEP_LINES) {
      this.#dueMs = 0;
      return;
    }
    this.#goOn(STEP_MS);
    if (this.#lines !== undefined) return;
    this.#begin(state);
    this.#goOn(STEP_MS);
  }

  tick(state: DirectorState): void {
    if (this.#lines === undefined && this.#now() >= this.#dueMs) this.#begin(state);
    this.#goOn(STEP_MS);
  }

  /** All of it at once. */
  write(state: DirectorState): void {
    this.#begin(state);
    this.#goOn(Number.POSITIVE_INFINITY);
  }

  #begin(state: DirectorState): void {
    this.#images.begin();
    this.#isOutdated = false;
    this.#lines = imageLines(state);
  }

  #goOn(forMs: number): void {
    const untilMs = this.#now() + forMs;
    let lines = 0;
    while (this.#lines !== undefined && (lines++ < STEP_LINES || this.#now() < untilMs)) {
      const { value, done } = this.#lines.next();
      if (done === true) this.#images.commit();
      else if (this.#images.append(value)) continue;
      else this.#sayTooLarge();
      this.#lines = undefined;
      this.#dueMs = this.#isOutdated ? 0 : this.#now() + PERIOD_MS;
    }
  }

  #sayTooLarge(): void {
    if (this.#isTooLarge) return;
    this.#isTooLarge = true;
    this.#log('the rules are too many to be kept beyond this process: a restart loses its connections');
  }
}
