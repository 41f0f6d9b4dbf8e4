/** Work for a control request is done a few milliseconds at a time, and packets have their turn in between. */

/** Work that may be interrupted wherever it yields, and its result. */
export type Steps<T> = Generator<void, T, void>;

/** Longest time that packets wait for work in steps, as long as no single step takes longer. */
export const TURN_MS = 2;

/** Does all of it without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

export interface TurnsOptions {
  /** Milliseconds. */
  readonly now: () => number;
  /** Resolves once packets that have come in were worked on. */
  readonly letPacketsPass: () => Promise<void>;
}

/** Of all control requests together: one of them has a turn at a time. */
export class Turns {
  readonly #options: TurnsOptions;
  #last: Promise<void> = Promise.resolve();
  #lastChange: Promise<unknown> = Promise.resolve();
  #startedMs: number;

  constructor(options: TurnsOptions) {
    this.#options = options;
    this.#startedMs = options.now();
  }

  /** True where whoever has the turn should wait for the next one. */
  get isOver(): boolean {
    return this.#options.now() - this.#startedMs >= TURN_MS;
  }

  /** Resolves when it is the caller's turn, after packets have had theirs. */
  next(): Promise<void> {
    this.#last = this.#last.then(async () => {
      await this.#options.letPacketsPass();
      this.#startedMs = this.#options.now();
    });
    return this.#last;
  }

  /** Work that changes rules, all at once or in steps: one is done after the other, as under the kernel's mutex. */
  change<T>(work: Steps<T> | (() => T)): Promise<T> {
    const result = this.#lastChange.then(() => (typeof work === 'function' ? work() : this.run(work)));
    this.#lastChange = result.catch(() => undefined);
    return result;
  }

  async run<T>(steps: Steps<T>): Promise<T> {
    let step = steps.next();
    while (!step.done) {
      if (this.isOver) await this.next();
      step = steps.next();
    }
    return step.value;
  }
}
