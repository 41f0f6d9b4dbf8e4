/**
 * A hash index over row numbers that grows by one bucket per row (linear hashing), so that no insertion ever waits
 * for the whole table to be moved. Rows of a bucket are chained, the newest first.
 */

/** Buckets at the start, a power of two. */
const INITIAL_BUCKETS = 4096;

/** About so many rows make a page, and no more buckets than that are looked through for it. */
const ROWS_PER_PAGE = 500;
const BUCKETS_PER_PAGE = 65_536;

/** Some rows, and where the next page starts; undefined on the last one. */
export interface RowPage {
  readonly rows: readonly number[];
  readonly next: number | undefined;
}

export class RowIndex {
  /** First row of each bucket plus 1; 0 if it is empty, so that untouched memory is right. */
  readonly #heads: Int32Array;
  /** Next row of the same bucket plus 1; 0 at the end. */
  readonly #next: Int32Array;
  readonly #hashOf: (row: number) => number;
  #size = 0;
  /** Bucket = hash & mask, or one bit more for buckets below `split`, which have been divided. */
  #mask = INITIAL_BUCKETS - 1;
  #split = 0;

  /**
   * @param capacity Most rows, a power of two of at least 4096.
   * @param hashOf The hash of a row that is in the index, all 32 bits of it.
   */
  constructor(capacity: number, hashOf: (row: number) => number) {
    this.#heads = new Int32Array(capacity);
    this.#next = new Int32Array(capacity);
    this.#hashOf = hashOf;
  }

  get size(): number {
    return this.#size;
  }

  /** What has a place for each row, and means nothing for one that is not in the index. */
  get columns(): readonly Int32Array[] {
    return [this.#next];
  }

  /** First row that may have this hash, or -1. */
  first(hash: number): number {
    return (this.#heads[this.#bucketOf(hash)] as number) - 1;
  }

  /** The row after this one, or -1. */
  next(row: number): number {
    return (this.#next[row] as number) - 1;
  }

  insert(row: number, hash: number): void {
    const bucket = this.#bucketOf(hash);
    this.#next[row] = this.#heads[bucket] as number;
    this.#heads[bucket] = row + 1;
    this.#size++;
    if (this.#size > this.#mask + this.#split && this.#size < this.#heads.length) this.#divide();
  }

  /** @param hash The hash under which the row was inserted. */
  remove(row: number, hash: number): void {
    const bucket = this.#bucketOf(hash);
    const after = this.#next[row] as number;
    let link = this.#heads[bucket] as number;
    if (link === row + 1) {
      this.#heads[bucket] = after;
    } else {
      while (this.#next[link - 1] !== row + 1) link = this.#next[link - 1] as number;
      this.#next[link - 1] = after;
    }
    this.#size--;
  }

  /** Every row, in no order that means anything. Rows may be removed meanwhile, the one just given included. */
  *rows(): Generator<number> {
    for (let bucket = 0; bucket < this.buckets; bucket++) {
      let link = this.#heads[bucket] as number;
      while (link !== 0) {
        const after = this.#next[link - 1] as number;
        yield link - 1;
        link = after;
      }
    }
  }

  get buckets(): number {
    return this.#mask + 1 + this.#split;
  }

  /** The rows of one bucket. */
  rowsOf(bucket: number): number[] {
    const rows: number[] = [];
    let link = this.#heads[bucket] as number;
    for (; link !== 0; link = this.#next[link - 1] as number) rows.push(link - 1);
    return rows;
  }

  /** The rows of some buckets. Between two pages rows may come and go: those that stay are in one of them, unless they are moved. */
  page(firstBucket: number): RowPage {
    const { buckets } = this;
    const rows: number[] = [];
    let bucket = firstBucket;
    for (const end = Math.min(buckets, firstBucket + BUCKETS_PER_PAGE); bucket < end; bucket++) {
      if (rows.length >= ROWS_PER_PAGE) break;
      rows.push(...this.rowsOf(bucket));
    }
    return { rows, next: bucket < buckets ? bucket : undefined };
  }

  #bucketOf(hash: number): number {
    const bucket = hash & this.#mask;
    return bucket < this.#split ? hash & ((this.#mask << 1) | 1) : bucket;
  }

  /** Moves the rows of the next bucket in turn that belong to its new other half; their order stays. */
  #divide(): void {
    const bit = this.#mask + 1;
    const low = this.#split;
    const high = low + bit;
    let link = this.#heads[low] as number;
    let lastLow = 0;
    let lastHigh = 0;
    this.#heads[low] = 0;
    while (link !== 0) {
      const row = link - 1;
      const after = this.#next[row] as number;
      this.#next[row] = 0;
      if (this.#hashOf(row) & bit) {
        if (lastHigh === 0) this.#heads[high] = link;
        else this.#next[lastHigh - 1] = link;
        lastHigh = link;
      } else {
        if (lastLow === 0) this.#heads[low] = link;
        else this.#next[lastLow - 1] = link;
        lastLow = link;
      }
      link = after;
    }
    this.#split++;
    if (this.#split === bit) {
      this.#mask = (this.#mask << 1) | 1;
      this.#split = 0;
    }
  }
}
