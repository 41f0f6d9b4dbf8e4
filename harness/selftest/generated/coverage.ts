/** What the right director runs in each case: which mutants a case would meet, and which would make a difference in it. */
import type { Covered } from './messages.ts';
import { MutantWorker, type WorkerPlan } from './mutant-worker.ts';

export interface Coverage {
  readonly turns: readonly Covered[];
  /** Mutants that make a difference while the director is loaded. */
  readonly whileLoading: ReadonlySet<number>;
  /** Files of which a director in memory is made. */
  readonly files: ReadonlySet<string>;
}

/**
 * Plays these turns with the right director.
 *
 * @param plan With modules that look about.
 * @throws Error where a process does not get to its end.
 */
export async function lookAround(
  turns: readonly number[],
  processes: number,
  plan: WorkerPlan,
): Promise<Coverage> {
  const covered: Covered[] = [];
  const [first] = await Promise.all(
    Array.from({ length: processes }, async (_, k) => {
      using worker = new MutantWorker(plan);
      const loaded = await worker.loaded;
      if (loaded.of === 'lost') throw new Error(`The instrumented director does not load: ${loaded.message}`);
      const own = turns.filter((_, at) => at % processes === k).map((turn) => ({ turn }));
      const done = await worker.ask({ turns: own }, (one) => covered.push(one));
      if (done.of === 'lost') throw new Error(`The catalogue was not played to its end: ${done.message}`);
      return loaded;
    }),
  );
  return {
    turns: covered.toSorted((a, b) => a.turn - b.turn),
    whileLoading: new Set(first?.changed),
    files: new Set(first?.files),
  };
}
