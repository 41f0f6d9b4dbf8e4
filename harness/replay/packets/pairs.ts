/** What goes with what, one to one. */
export class Pairs {
  readonly #there = new Map<number, number>();
  readonly #back = new Map<number, number>();

  /** Remembers the two as a pair; false if one of them has another partner already. */
  pairs(a: number, b: number): boolean {
    const isPair = (this.#there.get(a) ?? b) === b && (this.#back.get(b) ?? a) === a;
    this.#there.set(a, b);
    this.#back.set(b, a);
    return isPair;
  }
}
