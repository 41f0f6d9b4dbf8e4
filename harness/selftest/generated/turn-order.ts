/** In which order cases are tried on a mutant. */
import type { Coverage } from './coverage.ts';
import type { NumberedMutation } from './instrument.ts';
import type { Covered, TurnPlan } from './messages.ts';

/** A mutant may take a longer way than the right director; so much longer is endless. */
const ROUNDS_FACTOR = 30;
const ROUNDS_MORE = 100_000;

/** Which turns a mutant is tried on, the likeliest to kill it first: those that run little else. */
export class TurnOrder {
  readonly #byMutant = new Map<number, Covered[]>();
  readonly #byFile = new Map<string, Covered[]>();
  readonly #all: readonly Covered[];
  readonly #whileLoading: ReadonlySet<number>;

  constructor({ turns, whileLoading }: Coverage, mutations: readonly NumberedMutation[]) {
    const special = turns.toSorted(
      (a, b) => a.changed.length - b.changed.length || a.rounds - b.rounds || a.turn - b.turn,
    );
    const fileOf = new Map(mutations.map(({ id, file }) => [id, file]));
    for (const one of special) {
      for (const id of one.changed) push(this.#byMutant, id, one);
      for (const file of new Set(one.changed.map((id) => fileOf.get(id)))) {
        if (file !== undefined) push(this.#byFile, file, one);
      }
    }
    this.#all = special;
    this.#whileLoading = whileLoading;
  }

  /** Those in which it makes a difference; where all may since it does while loading, first those that run other code of its file. */
  of({ id, file }: NumberedMutation): TurnPlan[] {
    const turns = this.#whileLoading.has(id)
      ? new Set([...(this.#byFile.get(file) ?? []), ...this.#all])
      : (this.#byMutant.get(id) ?? []);
    return [...turns].map(planOf);
  }
}

function planOf({ turn, rounds }: Covered): TurnPlan {
  return { turn, mostRounds: ROUNDS_FACTOR * rounds + ROUNDS_MORE };
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
