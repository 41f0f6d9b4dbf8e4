/** How long the rest of a run takes, from what its parts take on an idle machine and how fast this one has been so far. */

interface Part {
  readonly seconds: number;
  /** From 0 to 1. */
  done: number;
}

/** At first nothing has been seen of the machine’s speed: it counts as if this long had gone by as it does on an idle one. */
const PRIOR_SECONDS = 10;

export class TimeLeft {
  readonly #parts = new Map<string, Part>();
  readonly #tell: (leftMs: number) => void;
  readonly #now: () => number;
  readonly #startedMs: number;

  /** @param tell Told after each unit of work that begins. @param now In milliseconds. */
  constructor(tell: (leftMs: number) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
    this.#startedMs = now();
  }

  /** @param seconds What the part takes on an idle machine with two processors. */
  plan(part: string, seconds: number): void {
    if (seconds > 0) this.#parts.set(part, { seconds, done: 0 });
  }

  /** Gives what is to be called as each of the part’s units begins. Whoever calls need not know whether the part was planned. */
  counting(part: string, units: number): () => void {
    let begun = 0;
    return () => {
      this.#reached(part, Math.min(1, begun++ / Math.max(1, units)));
    };
  }

  ended(part: string): void {
    this.#reached(part, 1);
  }

  #reached(name: string, done: number): void {
    const part = this.#parts.get(name);
    if (part === undefined) return;
    part.done = Math.max(part.done, done);
    const parts = [...this.#parts.values()];
    const doneSeconds = parts.reduce((sum, one) => sum + one.seconds * one.done, 0);
    const leftSeconds = parts.reduce((sum, one) => sum + one.seconds * (1 - one.done), 0);
    const elapsedSeconds = (this.#now() - this.#startedMs) / 1000;
    const slowness = (elapsedSeconds + PRIOR_SECONDS) / (doneSeconds + PRIOR_SECONDS);
    this.#tell(leftSeconds * slowness * 1000);
  }
}
