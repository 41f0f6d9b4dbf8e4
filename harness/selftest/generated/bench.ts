/** Tries mutants one after another, in a process that loads the director once. */
import type { Coverage } from './coverage.ts';
import type { NumberedMutation } from './instrument.ts';
import type { Killed, TurnPlan } from './messages.ts';
import { type Done, type Lost, MutantWorker, type WorkerPlan } from './mutant-worker.ts';
import type { TurnOrder } from './turn-order.ts';

/** What became of one mutant. */
export interface Fate {
  readonly mutation: NumberedMutation;
  /** Those that it would have been tried on; none can kill it if there are none. */
  readonly turns: readonly TurnPlan[];
  readonly killed?: Killed;
}

/** One place at which mutants are tried: a process, and another one where that is lost or spoiled. */
export class Bench implements Disposable {
  readonly #coverage: Coverage;
  readonly #order: TurnOrder;
  readonly #plan: WorkerPlan;
  #worker: MutantWorker | undefined;

  constructor(coverage: Coverage, order: TurnOrder, plan: WorkerPlan) {
    this.#coverage = coverage;
    this.#order = order;
    this.#plan = plan;
  }

  /** @param turns Those that it is tried on, in this order, until one kills it. */
  async try(mutation: NumberedMutation, turns = this.#order.of(mutation)): Promise<Fate> {
    if (this.isAlone(mutation)) return await this.#fresh(mutation, turns);
    if (turns.length === 0) return { mutation, turns };
    const done = await this.#shared(mutation, turns);
    if (done.of === 'done' && !done.isSpoiled) return fateOf(mutation, turns, done.killed);
    this[Symbol.dispose]();
    if (done.of === 'lost' && done.kind === 'endless') return fateOf(mutation, turns, this.#killedBy(done));
    // Spoiled or dead: that may be the doing of one that was tried before.
    const suspect = done.of === 'done' ? done.killed?.turn : done.turn;
    const suspectFirst = turns.toSorted((a, b) => Number(b.turn === suspect) - Number(a.turn === suspect));
    return await this.#fresh(mutation, suspectFirst);
  }

  /** Whether it takes a process of its own: it makes a difference while the director is loaded. */
  isAlone({ id }: NumberedMutation): boolean {
    return this.#coverage.whileLoading.has(id);
  }

  [Symbol.dispose](): void {
    this.#worker?.[Symbol.dispose]();
    this.#worker = undefined;
  }

  async #shared(mutation: NumberedMutation, turns: readonly TurnPlan[]): Promise<Done | Lost> {
    if (this.#worker === undefined) {
      this.#worker = new MutantWorker(this.#plan);
      const loaded = await this.#worker.loaded;
      if (loaded.of === 'lost') throw new Error(`The instrumented director does not load: ${loaded.message}`);
    }
    return await this.#worker.ask({ mutant: mutation.id, turns });
  }

  /** In a process of its own, in which the director is this mutant from the moment it is loaded. */
  async #fresh(mutation: NumberedMutation, turns: readonly TurnPlan[]): Promise<Fate> {
    using worker = new MutantWorker({ ...this.#plan, mutant: mutation.id });
    const loaded = await worker.loaded;
    const done =
      loaded.of === 'lost' ? loaded : await worker.ask({ mutant: mutation.id, turns, isFresh: true });
    return fateOf(mutation, turns, done.of === 'lost' ? this.#killedBy(done) : done.killed);
  }

  #killedBy({ kind, turn = -1, message }: Lost): Killed {
    return {
      turn,
      id: this.#coverage.turns.find((one) => one.turn === turn)?.id ?? 'loading',
      kind,
      message,
    };
  }
}

function fateOf(mutation: NumberedMutation, turns: readonly TurnPlan[], killed: Killed | undefined): Fate {
  return { mutation, turns, ...(killed && { killed }) };
}
