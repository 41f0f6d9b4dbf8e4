/**
 * Which rows of a table are free. The lowest free one is always the next, so that the rows in use stay together at the
 * beginning, and memory behind them can be given back when there were many for a while.
 */

/** Rows whose memory is given back together, when none of them is in use. */
export const CHUNK_ROWS = 8192;
/** Chunks at the beginning that keep their memory: they are needed again soon. */
const KEPT_CHUNKS = 8;

const BITS = 32;
const FULL = -1;

export class RowPool {
  /**
   * A bit for each row that is in use; in the next array one for each word of the former that has no free row; and so on,
   * up to a few words.
   */
  readonly #levels: Int32Array[] = [];
  /** Rows in use, by chunk. */
  readonly #inUse: Uint16Array;
  /** Chunks that have been in use since their memory was given back. */
  readonly #isTouched: Uint8Array;
  /** No chunk from here on is touched. */
  #end = 0;

  /** @param capacity A power of two of at least 4096. */
  constructor(capacity: number) {
    for (let words = capacity / BITS; ; words /= BITS) {
      this.#levels.push(new Int32Array(words));
      if (words <= BITS) break;
    }
    const chunks = Math.ceil(capacity / CHUNK_ROWS);
    this.#inUse = new Uint16Array(chunks);
    this.#isTouched = new Uint8Array(chunks);
  }

  /** Rows from here on are not in use; there may be no such rows. */
  get used(): number {
    return this.#end * CHUNK_ROWS;
  }

  /** The lowest row that nobody uses, or -1 if there is none. */
  take(): number {
    const top = this.#levels.at(-1) as Int32Array;
    let at = 0;
    while (at < top.length && top[at] === FULL) at++;
    if (at === top.length) return -1;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      at = at * BITS + lowestClear((this.#levels[level] as Int32Array)[at] as number);
    }
    this.mark(at);
    return at;
  }

  /** Takes a row that is free. */
  mark(row: number): void {
    const chunk = (row / CHUNK_ROWS) | 0;
    this.#inUse[chunk] = (this.#inUse[chunk] as number) + 1;
    this.#isTouched[chunk] = 1;
    if (chunk >= this.#end) this.#end = chunk + 1;
    let at = row;
    for (const words of this.#levels) {
      const word = at >>> 5;
      const now = (words[word] as number) | (1 << (at & 31));
      words[word] = now;
      if (now !== FULL) return;
      at = word;
    }
  }

  giveBack(row: number): void {
    const chunk = (row / CHUNK_ROWS) | 0;
    this.#inUse[chunk] = (this.#inUse[chunk] as number) - 1;
    let at = row;
    for (const words of this.#levels) {
      const word = at >>> 5;
      const before = words[word] as number;
      words[word] = before & ~(1 << (at & 31));
      if (before !== FULL) return;
      at = word;
    }
  }

  /** The first row of a chunk that nobody uses and whose memory has not been given back yet, or -1. It counts as given back. */
  takeIdleChunk(): number {
    for (let chunk = this.#end - 1; chunk >= KEPT_CHUNKS; chunk--) {
      if (this.#inUse[chunk] !== 0 || this.#isTouched[chunk] === 0) continue;
      this.#isTouched[chunk] = 0;
      while (this.#end > 0 && this.#isTouched[this.#end - 1] === 0) this.#end--;
      return chunk * CHUNK_ROWS;
    }
    return -1;
  }
}

/** Place of the lowest bit that is 0, of a number with one. */
function lowestClear(word: number): number {
  return 31 - Math.clz32(~word & -~word);
}
