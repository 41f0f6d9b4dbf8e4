/**
 * A set of claims that follows the rules change by change, as it may be too large to be made anew each time. A claim may
 * be there for several reasons, and goes with the last one.
 */
export class ClaimSet<T> {
  readonly #textOf: (claim: T) => string;
  readonly #claims = new Map<string, { readonly claim: T; reasons: number }>();
  readonly #followers = new Set<ClaimFollower<T>>();
  #list: readonly T[] | undefined;
  /** Another number once something has come or gone. */
  version = 0;

  /** @param textOf What tells claims apart. */
  constructor(textOf: (claim: T) => string) {
    this.#textOf = textOf;
  }

  get size(): number {
    return this.#claims.size;
  }

  get list(): readonly T[] {
    this.#list ??= Array.from(this.#claims.values(), ({ claim }) => claim);
    return this.#list;
  }

  has(text: string): boolean {
    return this.#claims.has(text);
  }

  add(claim: T): void {
    const text = this.#textOf(claim);
    const known = this.#claims.get(text);
    if (known !== undefined) {
      known.reasons++;
      return;
    }
    this.#claims.set(text, { claim, reasons: 1 });
    this.#changed(claim, true);
  }

  remove(claim: T): void {
    const text = this.#textOf(claim);
    const known = this.#claims.get(text);
    if (known === undefined || --known.reasons > 0) return;
    this.#claims.delete(text);
    this.#changed(claim, false);
  }

  /** From now on changes are collected, after a beginning in which everything is new. */
  follow(elementOf: (claim: T) => string): ClaimFollower<T> {
    const follower = new ClaimFollower(elementOf);
    for (const { claim } of this.#claims.values()) follower.note(claim, true);
    this.#followers.add(follower);
    return follower;
  }

  #changed(claim: T, isThere: boolean): void {
    this.version++;
    this.#list = undefined;
    for (const follower of this.#followers) follower.note(claim, isThere);
  }
}

/** What has changed since somebody looked last, in the words of whoever looks: different claims have different ones. */
export class ClaimFollower<T = never> {
  readonly #elementOf: (claim: T) => string;
  /** Whether each element that has changed is there now. Whoever has taken that over clears it. */
  readonly changes = new Map<string, boolean>();

  constructor(elementOf: (claim: T) => string) {
    this.#elementOf = elementOf;
  }

  note(claim: T, isThere: boolean): void {
    this.changes.set(this.#elementOf(claim), isThere);
  }
}
