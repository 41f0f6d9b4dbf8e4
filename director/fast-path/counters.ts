/** What the programs have counted, by server and direction, for each processor by itself. */
import type { SharedValue } from '../../native/bpf/maps.ts';
import type { Destination } from '../services/destination.ts';
import { type CountedElsewhere, SIDE, type Side } from '../shortcut.ts';
import { COUNTER, COUNTER_SHIFT, COUNTERS_OF_SERVER, MAX_COUNTERS } from './layout.ts';

const NUMBERS = 1 << (COUNTER_SHIFT - 3);

export class Counters {
  readonly #numbers: BigUint64Array;
  readonly #processors: number;
  readonly #servers: Int32Array;
  /** A server's counters come one after the other, by side. */
  readonly #first = new Map<Destination, number>();
  readonly #seen: bigint[] = [];

  /** @param servers Where it is noted for whom each of them counts. */
  constructor({ memory }: SharedValue, processors: number, servers: Int32Array) {
    this.#numbers = new BigUint64Array(memory);
    this.#processors = processors;
    this.#servers = servers;
  }

  /** Number of a counter; undefined where there is no room for another server. */
  numberOf(destination: Destination, side: Side): number | undefined {
    let first = this.#first.get(destination);
    if (first === undefined) {
      first = this.#first.size * COUNTERS_OF_SERVER;
      if (first + COUNTERS_OF_SERVER > MAX_COUNTERS) return undefined;
      this.#first.set(destination, first);
      this.#servers[first / COUNTERS_OF_SERVER] = destination.id + 1;
    }
    return first + side;
  }

  /**
   * Goes on for another director's.
   * @param seen What was counted by them, and is known of.
   */
  resume(destinationOf: (id: number) => Destination | undefined, seen: CountedElsewhere['counts']): void {
    for (let i = 0; i < this.#servers.length && this.#servers[i] !== 0; i++) {
      const destination = destinationOf((this.#servers[i] as number) - 1);
      if (destination !== undefined) this.#first.set(destination, i * COUNTERS_OF_SERVER);
    }
    for (const [number, packets, bytes] of seen) {
      this.#seen[placeOf(number, COUNTER.packets)] = BigInt(packets);
      this.#seen[placeOf(number, COUNTER.bytes)] = BigInt(bytes);
    }
  }

  /** What `harvest` has told of so far, by counter. */
  *told(): Generator<CountedElsewhere['counts'][number]> {
    for (const first of this.#first.values()) {
      for (const number of [first + SIDE.client, first + SIDE.server]) {
        const packets = this.#seen[placeOf(number, COUNTER.packets)] ?? 0n;
        const bytes = this.#seen[placeOf(number, COUNTER.bytes)] ?? 0n;
        if (packets > 0n) yield [number, Number(packets), Number(bytes)];
      }
    }
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
    const at = placeOf(number, offset);
    const difference = sum - (this.#seen[at] ?? 0n);
    this.#seen[at] = sum;
    return Number(difference);
  }
}

function placeOf(number: number, offset: number): number {
  return number * NUMBERS + (offset >> 3);
}
