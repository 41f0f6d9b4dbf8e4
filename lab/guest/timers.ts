/** When a kernel next has a timer due: what it keeps of its timers for its first processor (`struct timer_base` of Linux 4.16 and later). */
import type { Debugger } from './debugger.ts';

/** Of each processor's there are two or, since Linux 6.9, three: the last is for timers that may be late. */
const MOST_BASES = 3;
const BASE_BYTES = 0x1280n;
/** The tick up to which its timers have been looked at, and the tick at which the next one is due. */
const SEEN_AT = 16n;
const DUE_AT = 24n;
/** What stands elsewhere in memory is no tick of these days. */
const PLAUSIBLE_TICKS = 1n << 31n;

export class Timers {
  readonly #memory: Debugger;
  readonly #bases: readonly bigint[];

  private constructor(memory: Debugger, bases: readonly bigint[]) {
    this.#memory = memory;
    this.#bases = bases;
  }

  /**
   * While the guest stands still.
   * @param first Where its `timer_bases` are.
   * @returns Undefined of a kernel that keeps its timers in another way.
   */
  static async find(memory: Debugger, first: bigint, nowTicks: bigint): Promise<Timers | undefined> {
    const bases: bigint[] = [];
    const isPlausible = (ticks: bigint) =>
      ticks > nowTicks - PLAUSIBLE_TICKS && ticks < nowTicks + PLAUSIBLE_TICKS;
    for (let at = first; bases.length < MOST_BASES; at += BASE_BYTES) {
      const seen = await memory.read64(at + SEEN_AT);
      const due = await memory.read64(at + DUE_AT);
      if (!isPlausible(seen) || !isPlausible(due) || seen > nowTicks + 1n) break;
      bases.push(at);
    }
    return bases.length < 2 ? undefined : new Timers(memory, bases.slice(0, -1));
  }

  /** The tick at which the next one is due that may not be late. While the guest stands still. */
  async nextDue(): Promise<bigint> {
    const due: bigint[] = [];
    for (const at of this.#bases) due.push(await this.#memory.read64(at + DUE_AT));
    return due.reduce((soonest, one) => (one < soonest ? one : soonest));
  }
}
