/**
 * A timer wheel over entry numbers. Scheduling, moving and cancelling cost the same however many entries there are;
 * a turn of the wheel looks at each entry of a slot once and leaves those that are due in a later round.
 */
const TICK_MS = 64;
const SLOTS = 4096;
const NONE = -1;
/** In place of a tick: the entry is not in the wheel; it is, but its time has come and its turn is next. */
const IDLE = -1;
const READY = -2;

export class ExpiryWheel {
  #next: Int32Array<ArrayBuffer>;
  #previous: Int32Array<ArrayBuffer>;
  /** Tick at which an entry is due, or IDLE or READY. */
  #dueTick: Float64Array<ArrayBuffer>;
  readonly #heads = new Int32Array(SLOTS).fill(NONE);
  readonly #ready: number[] = [];
  #tick = 0;

  constructor(capacity: number) {
    this.#next = new Int32Array(capacity).fill(NONE);
    this.#previous = new Int32Array(capacity).fill(NONE);
    this.#dueTick = new Float64Array(capacity).fill(IDLE);
  }

  grow(capacity: number): void {
    const before = this.#next.length;
    this.#next = copied(this.#next, new Int32Array(capacity).fill(NONE, before));
    this.#previous = copied(this.#previous, new Int32Array(capacity).fill(NONE, before));
    this.#dueTick = copied(this.#dueTick, new Float64Array(capacity).fill(IDLE, before));
  }

  /** Makes an entry due at a time; moves it if it is in the wheel already. */
  schedule(entry: number, dueMs: number): void {
    this.cancel(entry);
    const due = Math.max(Math.ceil(dueMs / TICK_MS), this.#tick + 1);
    const slot = due % SLOTS;
    const head = this.#heads[slot] as number;
    this.#dueTick[entry] = due;
    this.#next[entry] = head;
    this.#previous[entry] = NONE;
    if (head !== NONE) this.#previous[head] = entry;
    this.#heads[slot] = entry;
  }

  cancel(entry: number): void {
    const due = this.#dueTick[entry] as number;
    this.#dueTick[entry] = IDLE;
    if (due < 0) return;
    const next = this.#next[entry] as number;
    const previous = this.#previous[entry] as number;
    if (previous === NONE) this.#heads[due % SLOTS] = next;
    else this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
  }

  /** True if the wheel would come to the entry only well after `dueMs`, or not at all. */
  wouldMiss(entry: number, dueMs: number): boolean {
    const due = this.#dueTick[entry] as number;
    return due < 0 || due * TICK_MS > dueMs + TICK_MS;
  }

  /** Turns the wheel up to `nowMs` and calls `due` for every entry whose time has come; it is out of the wheel then. */
  advance(nowMs: number, due: (entry: number) => void): void {
    const target = Math.floor(nowMs / TICK_MS);
    const first = Math.max(this.#tick + 1, target - SLOTS + 1);
    this.#tick = Math.max(this.#tick, target);
    for (let tick = first; tick <= target; tick++) this.#takeDue(tick % SLOTS, target);
    for (const entry of this.#ready.splice(0)) {
      // An earlier call may have cancelled this one, or given its number away.
      if (this.#dueTick[entry] !== READY) continue;
      this.#dueTick[entry] = IDLE;
      due(entry);
    }
  }

  #takeDue(slot: number, target: number): void {
    let entry = this.#heads[slot] as number;
    while (entry !== NONE) {
      const next = this.#next[entry] as number;
      if ((this.#dueTick[entry] as number) <= target) {
        this.cancel(entry);
        this.#dueTick[entry] = READY;
        this.#ready.push(entry);
      }
      entry = next;
    }
  }
}

function copied<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
