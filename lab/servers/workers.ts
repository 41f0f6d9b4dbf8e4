/**
 * What makes a server slow: a few workers, each busy with one request for a while. A request that finds none free waits
 * in line, so a server that gets more than it can do answers later and later, as real ones do.
 */
export class Workers {
  readonly #slowness: number;
  #free: number;
  readonly #line: (() => void)[] = [];

  /** @param of How many workers, and how many times the work of a request each of them needs for it. */
  constructor(of: { readonly count: number; readonly slowness: number }) {
    this.#free = of.count;
    this.#slowness = of.slowness;
  }

  /** Resolves when a worker has spent `ms` times the slowness on it. */
  async work(ms: number): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    await new Promise((resolve) => setTimeout(resolve, ms * this.#slowness));
    const next = this.#line.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
