/** Which mutant’s turn it is in this process, which ones were met, and how many rounds loops have made. */

/** Names under which instrumented modules find this: they import nothing that the right ones do not. */
export const SWITCH = 'lvsLabIsMutant';
export const ROUND = 'lvsLabRound';

/** A loop has made so many rounds that it is taken for endless. */
export class EndlessError extends Error {
  override readonly name = 'EndlessError';
}

/** None has this number. */
const NONE = -1;

export class Switches {
  #active: number = NONE;
  #met = new Set<number>();
  #rounds = 0;
  #mostRounds: number = Infinity;

  /** Makes it known to the modules that are loaded from now on. */
  install(): void {
    Object.assign(globalThis, {
      [SWITCH]: (id: number): boolean => {
        if (this.#active === NONE) this.#met.add(id);
        if (id !== this.#active) return false;
        this.#count();
        return true;
      },
      [ROUND]: () => this.#count(),
    });
  }

  /** @param id Of the mutant that the director is from now on; the right director without. */
  turnTo(id: number = NONE): void {
    this.#active = id;
  }

  /** What was met, and how many rounds were made, since this was last called; only the right director notes what it meets. */
  begin(mostRounds = Infinity): { met: number[]; rounds: number } {
    const past = { met: [...this.#met], rounds: this.#rounds };
    this.#met.clear();
    this.#rounds = 0;
    this.#mostRounds = mostRounds;
    return past;
  }

  get isEndless(): boolean {
    return this.#rounds > this.#mostRounds;
  }

  #count(): void {
    if (++this.#rounds > this.#mostRounds) {
      throw new EndlessError(`more than ${this.#mostRounds} rounds of loops: it does not end`);
    }
  }
}
