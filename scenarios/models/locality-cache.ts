/**
 * Which addresses lblc and lblcr have forgotten: every minute one look is due. It trims a cache that has become too large,
 * by buckets from where the last one ended, and every thirtieth look at one that is not takes what expired long ago.
 */
import { hash32 } from './hash32.ts';

const LOOK_EVERY_S = 60;
const FULL_EVERY = 30;
const WANTED = 16_384;
const MOST_AT_ONCE = WANTED / 2;
/** What was used within that time is not trimmed. */
const IN_USE_S = 360;
const BUCKET_BITS = 10;
const BUCKETS = 2 ** BUCKET_BITS;

export class LocalityCache {
  /** When each address was last asked for. */
  readonly #usedAtS = new Map<string, number>();
  #nextLookS: number | undefined;
  #looks = 1;
  #lastBucket = 0;
  expirationS: number;

  constructor(expirationS: number) {
    this.expirationS = expirationS;
  }

  /** Somebody asks for an address. @returns Whether it was known. */
  ask(address: string, atS: number): boolean {
    this.#nextLookS ??= atS + LOOK_EVERY_S;
    for (; atS >= this.#nextLookS; this.#nextLookS += LOOK_EVERY_S) this.#look(this.#nextLookS);
    const isKnown = this.#usedAtS.has(address);
    this.#usedAtS.set(address, atS);
    return isKnown;
  }

  #look(atS: number): void {
    const surplus = this.#usedAtS.size - WANTED;
    if (this.#looks === FULL_EVERY) {
      this.#looks = 1;
      this.#forget(atS - this.expirationS, Number.POSITIVE_INFINITY);
    } else if (surplus <= 0) this.#looks++;
    else this.#forget(atS - IN_USE_S, Math.min(Math.floor((surplus * 4) / 3), MOST_AT_ONCE));
  }

  #forget(usedUntilS: number, goal: number): void {
    const idle = [...this.#usedAtS].filter(([, usedAtS]) => usedAtS <= usedUntilS);
    const byBucket = Map.groupBy(idle, ([address]) => hash32(numberOf(address), BUCKET_BITS));
    let forgotten = 0;
    for (let turned = 0; turned < BUCKETS && forgotten < goal; turned++) {
      this.#lastBucket = (this.#lastBucket + 1) % BUCKETS;
      for (const [address] of byBucket.get(this.#lastBucket) ?? []) {
        this.#usedAtS.delete(address);
        forgotten++;
      }
    }
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}
