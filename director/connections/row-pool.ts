/** Which rows of a table are free: those given back, then those never used. */
export class RowPool {
  readonly #capacity: number;
  /** Next free row plus 1 of rows that were given back; 0 at the end. */
  readonly #next: Int32Array;
  #free = 0;
  /** How many rows have ever been used, in its first place. */
  readonly #used: Int32Array;

  /** @param used Where it is kept how many rows have ever been used: zeroed, or another pool's. */
  constructor(capacity: number, used: Int32Array = new Int32Array(1)) {
    this.#capacity = capacity;
    this.#used = used;
    this.#next = new Int32Array(capacity);
  }

  /** Rows from here on have never been used. */
  get used(): number {
    return this.#used[0] as number;
  }

  /** A row that nobody uses, or -1 if there is none. */
  take(): number {
    if (this.#free === 0) {
      const row = this.used;
      if (row === this.#capacity) return -1;
      this.#used[0] = row + 1;
      return row;
    }
    const row = this.#free - 1;
    this.#free = this.#next[row] as number;
    return row;
  }

  giveBack(row: number): void {
    this.#next[row] = this.#free;
    this.#free = row + 1;
  }
}
