/** What the programs have counted, by server and direction, for each processor by itself. */
import type { SharedValue } from '../../native/bpf/maps.ts';
import type { Destination } from '../services/destination.ts';
import { SIDE, type Side } from '../shortcut.ts';
import { COUNTER, COUNTER_SHIFT, MAX_COUNTERS } from './layout.ts';

const SIDES = Object.keys(SIDE).length;
const NUMBERS = 1 << (COUNTER_SHIFT - 3);

export class Counters {
  readonly #numbers: BigUint64Array;
  readonly #processors: number;
  /** A server's counters come one after the other, by side. */
  readonly #first = new Map<Destination, number>();
  readonly #seen: bigint[] = [];

  constructor({ memory }: SharedValue, processors: number) {
    this.#numbers = new BigUint64Array(memory);
    this.#processors = processors;
  }

  /** Number of a counter; undefined where there is no room for another server. */
  numberOf(destination: Destination, side: Side): number | undefined {
    let first = this.#first.get(destination);
    if (first === undefined) {
      first = this.#first.size * SIDES;
      if (first + SIDES > MAX_COUNTERS) return undefined;
      this.#first.set(destination, first);
    }
    return first + side;
  }

  /** Calls `counted` with what each server has had since the last time. */
  harvest(counted: (destination: Destination, side: Side, packets: number, bytes: number) => void): void {
    for (const [destination, first] of this.#first) {
      for (const side of [SIDE.client, SIDE.server]) {
        const packets = this.#sinceLast(first + side, COUNTER.packets);
        const bytes = this.#sinceLast(first + side, COUNTER.bytes);
        if (packets > 0 || bytes > 0) counted(destination, side, packets, bytes);
      }
    }
  }

  #sinceLast(number: number, offset: number): number {
    let sum = 0n;
    for (let i = 0; i < this.#processors; i++) {
      sum += this.#numbers[(number * this.#processors + i) * NUMBERS + (offset >> 3)] as bigint;
    }
    const at = number * NUMBERS + (offset >> 3);
    const difference = sum - (this.#seen[at] ?? 0n);
    this.#seen[at] = sum;
    return Number(difference);
  }
}
