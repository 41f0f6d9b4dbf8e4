/** Stations that flows are sent to, as the programs know them: the map follows what is known of each neighbour. */
import type { SharedValue } from '../../native/bpf/maps.ts';
import type { Neighbour } from '../network/neighbour.ts';
import { MAX_WAYS, WAY, WAY_SHIFT } from './layout.ts';

const WORDS = 1 << (WAY_SHIFT - 2);

export class Ways {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #times: BigUint64Array;
  readonly #numbers = new Map<Neighbour, number>();
  /** When each was last found to have been used, by number. */
  readonly #used: bigint[] = [];

  constructor({ memory }: SharedValue) {
    this.#bytes = new Uint8Array(memory);
    this.#words = new Int32Array(memory);
    this.#times = new BigUint64Array(memory);
  }

  /** Its number; undefined where there is no room for another one. Numbers are not given out twice. */
  numberOf(neighbour: Neighbour): number | undefined {
    const known = this.#numbers.get(neighbour);
    if (known !== undefined) return known;
    const number = this.#used.length;
    if (number === MAX_WAYS) return undefined;
    this.#numbers.set(neighbour, number);
    this.#used.push(0n);
    this.changed(neighbour);
    return number;
  }

  /** Follows what is known of a neighbour. Nobody reads an address while it is written. */
  changed(neighbour: Neighbour): void {
    const number = this.#numbers.get(neighbour);
    if (number === undefined) return;
    const port = number * WORDS + (WAY.port >> 2);
    Atomics.store(this.#words, port, 0);
    if (!neighbour.isListed) this.#numbers.delete(neighbour);
    if (!neighbour.isUsable) return;
    const at = number << WAY_SHIFT;
    this.#bytes.set(neighbour.mac, at + WAY.destinationMac);
    this.#bytes.set(neighbour.port.mac, at + WAY.sourceMac);
    Atomics.store(this.#words, port, neighbour.port.index);
  }

  /** Calls `used` with each neighbour that flows were sent to since the last time. */
  takeUsed(used: (neighbour: Neighbour) => void): void {
    for (const [neighbour, number] of this.#numbers) {
      const time = this.#times[((number << WAY_SHIFT) + WAY.lastUsed) >> 3] as bigint;
      if (time === this.#used[number]) continue;
      this.#used[number] = time;
      used(neighbour);
    }
  }
}
