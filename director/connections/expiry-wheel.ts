/**
 * A timer wheel over row numbers. Scheduling and cancelling cost the same however many rows there are. A row stands
 * in the slot of its time; a turn of the wheel looks at each row of a slot once and leaves those that are due later.
 */
const TICK_MS = 64;
const SLOTS = 4096;
/** In place of a slot: the row is not in the wheel. */
const IDLE = 0;

export class ExpiryWheel {
  /** When each row is due. The owner's column: it may move a row's time back without telling the wheel. */
  readonly #expiresAtMs: Float64Array;
  /** Neighbours in the slot's list plus 1; 0 for none, so that untouched memory is right. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Slot that a row stands in plus 1, or IDLE. */
  readonly #slot: Uint16Array;
  readonly #heads = new Int32Array(SLOTS);
  readonly #due: number[] = [];
  #tick = 0;

  constructor(expiresAtMs: Float64Array) {
    this.#expiresAtMs = expiresAtMs;
    this.#next = new Int32Array(expiresAtMs.length);
    this.#previous = new Int32Array(expiresAtMs.length);
    this.#slot = new Uint16Array(expiresAtMs.length);
  }

  /** What has a place for each row. Of one that is not in the wheel it may become zero. */
  get columns(): readonly (Int32Array | Uint16Array)[] {
    return [this.#next, this.#previous, this.#slot];
  }

  /** Puts a row where its present time says. A time that only moved back need not be told: it is noticed. */
  schedule(row: number): void {
    this.cancel(row);
    const tick = Math.max(Math.ceil((this.#expiresAtMs[row] as number) / TICK_MS), this.#tick + 1);
    const slot = tick % SLOTS;
    const head = this.#heads[slot] as number;
    this.#slot[row] = slot + 1;
    this.#next[row] = head;
    this.#previous[row] = 0;
    if (head !== 0) this.#previous[head - 1] = row + 1;
    this.#heads[slot] = row + 1;
  }

  cancel(row: number): void {
    const slot = this.#slot[row] as number;
    this.#slot[row] = IDLE;
    if (slot === IDLE) return;
    const next = this.#next[row] as number;
    const previous = this.#previous[row] as number;
    if (previous === 0) this.#heads[slot - 1] = next;
    else this.#next[previous - 1] = next;
    if (next !== 0) this.#previous[next - 1] = previous;
  }

  /**
   * Turns the wheel up to `nowMs` and calls `due` for every row whose time has come; it is out of the wheel then. Being told of
   * one may put that one back, and take no other one out.
   */
  advance(nowMs: number, due: (row: number) => void): void {
    const target = Math.floor(nowMs / TICK_MS);
    const first = Math.max(this.#tick + 1, target - SLOTS + 1);
    this.#tick = Math.max(this.#tick, target);
    for (let tick = first; tick <= target; tick++) this.#look(tick % SLOTS, nowMs);
    // Taken out first and told then: being told changes the lists.
    for (const row of this.#due) due(row);
    this.#due.length = 0;
  }

  #look(slot: number, nowMs: number): void {
    let link = this.#heads[slot] as number;
    while (link !== 0) {
      const row = link - 1;
      link = this.#next[row] as number;
      const expiresAtMs = this.#expiresAtMs[row] as number;
      if (expiresAtMs <= nowMs) {
        this.cancel(row);
        this.#due.push(row);
      } else if (Math.ceil(expiresAtMs / TICK_MS) % SLOTS !== slot) {
        this.schedule(row);
      }
    }
  }
}
