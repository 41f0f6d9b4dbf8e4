/** Which mutant’s turn it is in this process, which ones the right director met, and how many rounds loops have made. */

/** Name under which instrumented modules find this: they import nothing that the right ones do not. */
export const SWITCHES = 'lvsLabSwitches';

/** A loop has made so many rounds that it is taken for endless. */
export class EndlessError extends Error {
  override readonly name = 'EndlessError';
}

/** None has this number. */
const NONE = -1;
/** More than any case’s loops make; a small integer, which is counted fast. */
const NO_LIMIT = 2 ** 30;

/** What was met since the last beginning. */
export interface Met {
  /** Mutants whose code ran. */
  readonly met: number[];
  /** Of those, the ones with which a value would have been another, or may have been. */
  readonly changed: number[];
  readonly rounds: number;
}

export class Switches {
  /** Read and counted by instrumented modules. */
  mutant: number = NONE;
  rounds = 0;
  mostRounds: number = NO_LIMIT;
  /** Looks at which nothing new can be seen any more. */
  readonly isClosed = new Uint8Array(2 ** 16);
  readonly #met = new Set<number>();
  readonly #changed = new Set<number>();

  /** Makes it known to the modules that are loaded from now on. */
  install(): void {
    Object.assign(globalThis, { [SWITCHES]: this });
  }

  /** @param id Of the mutant that the director is from now on; the right director without. */
  turnTo(id: number = NONE): void {
    this.mutant = id;
  }

  /** What was met, and how many rounds were made, since this was last called; only the right director notes what it meets. */
  begin(mostRounds: number = NO_LIMIT): Met {
    const past = { met: [...this.#met], changed: [...this.#changed], rounds: this.rounds };
    this.#met.clear();
    this.#changed.clear();
    this.isClosed.fill(0);
    this.rounds = 0;
    this.mostRounds = mostRounds;
    return past;
  }

  get isEndless(): boolean {
    return this.rounds > this.mostRounds;
  }

  /** A mutant’s own code is about to run. That is a round: one that calls itself never ends either. */
  isTaken(): true {
    if (++this.rounds > this.mostRounds) this.end();
    return true;
  }

  end(): never {
    throw new EndlessError(`more than ${this.mostRounds} rounds of loops: it does not end`);
  }

  /** Code of a mutant runs. */
  meet(id: number): void {
    this.#met.add(id);
    this.#changed.add(id);
  }

  /** @param others What the value would be with each mutant; nothing where all have been seen to change it. */
  look<Value>(
    value: Value,
    others: Readonly<Record<number, () => unknown>> | undefined,
    place: number,
  ): Value {
    if (others === undefined) return value;
    let areAllChanged = true;
    for (const [key, other] of Object.entries(others)) {
      const id = Number(key);
      if (this.#changed.has(id)) continue;
      this.#met.add(id);
      if (isAnother(value, other)) this.#changed.add(id);
      else areAllChanged = false;
    }
    if (areAllChanged) this.isClosed[place] = 1;
    return value;
  }

  /** An assignment that a mutant leaves out: whether it changed anything. */
  assign<Value>(id: number, before: unknown, value: Value, after: () => unknown): Value {
    this.#met.add(id);
    if (isAnother(before, after)) this.#changed.add(id);
    return value;
  }
}

function isAnother(value: unknown, other: () => unknown): boolean {
  try {
    return !Object.is(value, other());
  } catch {
    return true;
  }
}
