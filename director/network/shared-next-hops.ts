/** Next hops that are alike are one object, however many destinations are beyond them. */
import type { NextHop } from './next-hop.ts';

/** Past that all begins anew: stations on the director's own links have a next hop each. */
const MOST = 4096;

export class SharedNextHops {
  /** By a number made of station and source; of those that have the same one, the newest. */
  readonly #nextHops = new Map<number, NextHop>();

  /** One that says the same and still holds, or the given one, which is new. */
  sameAs(nextHop: NextHop): NextHop {
    const key = Math.imul(nextHop.address, 0x9e37_79b1) ^ nextHop.source;
    const known = this.#nextHops.get(key);
    if (known !== undefined && !known.outdated && saysTheSame(known, nextHop)) return known;
    if (this.#nextHops.size >= MOST) this.#nextHops.clear();
    this.#nextHops.set(key, nextHop);
    return nextHop;
  }

  clear(): void {
    this.#nextHops.clear();
  }
}

/** Of two that have the same key, so that of one address they have one source. */
function saysTheSame(a: NextHop, b: NextHop): boolean {
  return (
    a.port === b.port &&
    a.address === b.address &&
    a.mtuBytes === b.mtuBytes &&
    a.mtuIsLocked === b.mtuIsLocked
  );
}
