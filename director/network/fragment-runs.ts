/** Which bytes of a datagram are there, as runs of them in order, none touching where it came in out of order. */
interface Run {
  readonly start: number;
  end: number;
}

export class FragmentRuns {
  readonly #runs: Run[] = [];
  #bytes = 0;

  /** Bytes that are there. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds the bytes from `start` up to `end`. A `duplicate` (all of it is there, in one run) and an `overlap` (some of it
   * is) are not added.
   */
  add(start: number, end: number): 'added' | 'duplicate' | 'overlap' {
    const place = this.#runs.findIndex((run) => start < run.end);
    const next = this.#runs[place];
    if (next !== undefined && end > next.start) {
      return start >= next.start && end <= next.end ? 'duplicate' : 'overlap';
    }
    this.#bytes += end - start;
    const last = this.#runs.at(-1);
    if (next !== undefined) this.#runs.splice(place, 0, { start, end });
    else if (last !== undefined && last.end === start) last.end = end;
    else this.#runs.push({ start, end });
    return 'added';
  }
}
