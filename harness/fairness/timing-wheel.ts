/**
 * When connections end: a queue by virtual time whose operations take constant time, however many entries it holds. Each
 * millisecond has a list of rows; those of one millisecond come out in the reverse of the order in which they went in.
 */
export class TimingWheel {
  /** First row plus 1 of each millisecond; 0 for none. */
  readonly #heads: Int32Array;
  /** Next row plus 1 of the same millisecond. */
  readonly #next: Int32Array;
  #nowMs = 0;
  #size = 0;

  /**
   * @param horizonMs Longest time from now that is asked for.
   * @param capacity Rows are below this.
   */
  constructor(horizonMs: number, capacity: number) {
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(horizonMs + 2)));
    this.#next = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** @param atMs Not before now and not beyond the horizon. */
  put(row: number, atMs: number): void {
    const slot = Math.max(Math.ceil(atMs), this.#nowMs + 1) % this.#heads.length;
    this.#next[row] = this.#heads[slot] as number;
    this.#heads[slot] = row + 1;
    this.#size++;
  }

  /** Hands out every row whose time comes until `nowMs`, in the order of time. */
  advance(nowMs: number, ended: (row: number, atMs: number) => void): void {
    while (this.#nowMs + 1 <= nowMs) {
      this.#nowMs++;
      const slot = this.#nowMs % this.#heads.length;
      let link = this.#heads[slot] as number;
      this.#heads[slot] = 0;
      while (link !== 0) {
        const row = link - 1;
        link = this.#next[row] as number;
        this.#size--;
        ended(row, this.#nowMs);
      }
    }
  }
}
