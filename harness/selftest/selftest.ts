/** The self-test: the catalogue must pass the right director and fail every wrong one. */
import { availableParallelism } from 'node:os';
import type { MutantResult } from '../../reports/result-figures.ts';
import type { Mutant } from './mutant.ts';
import { tryMutant, tryRightDirector } from './try-mutant.ts';

export interface SelftestOptions {
  readonly mutants: readonly Mutant[];
  readonly seed: number;
  /** Told after each director. */
  readonly onResult: (result: MutantResult) => void;
  readonly signal?: AbortSignal;
}

export interface Selftest {
  /** What the right director did not pass: nothing is proven while there is any. */
  readonly problems: readonly string[];
  /** Cases that the right director was tried with. */
  readonly played: number;
  /** In the order in which they were given. */
  readonly results: readonly MutantResult[];
}

export async function runSelftest(options: SelftestOptions): Promise<Selftest> {
  const { mutants, seed, onResult, signal } = options;
  const settings = { seed, ...(signal && { signal }) };
  const { played, problems } = await tryRightDirector(settings);
  const results: MutantResult[] = new Array(mutants.length);
  if (problems.length > 0) return { problems, played, results: [] };
  const waiting = mutants.entries();
  const work = async () => {
    for (const [at, wrong] of waiting) {
      const result = await tryMutant(wrong, settings);
      results[at] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { problems, played, results };
}
