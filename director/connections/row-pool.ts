/** Which rows of a table are free: those given back, then those never used. */
export class RowPool {
  readonly #capacity: number;
  /** Next free row plus 1 of rows that were given back; 0 at the end. */
  readonly #next: Int32Array;
  #free = 0;
  #used = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#next = new Int32Array(capacity);
  }

  /** A row that nobody uses, or -1 if there is none. */
  take(): number {
    if (this.#free === 0) return this.#used < this.#capacity ? this.#used++ : -1;
    const row = this.#free - 1;
    this.#free = this.#next[row] as number;
    return row;
  }

  giveBack(row: number): void {
    this.#next[row] = this.#free;
    this.#free = row + 1;
  }
}
