/** The self-test: the catalogue must pass the right director and fail every wrong one. */
import { availableParallelism } from 'node:os';
import type { WrongDirectorResult } from '../../reports/result-figures.ts';
import { tryRightDirector, tryWrongDirector } from './try-mutant.ts';
import type { WrongDirector } from './mutant.ts';

export interface SelftestOptions {
  readonly wrongDirectors: readonly WrongDirector[];
  readonly seed: number;
  /** Told after each director. */
  readonly onResult: (result: WrongDirectorResult) => void;
  readonly signal?: AbortSignal;
}

export interface Selftest {
  /** What the right director did not pass: nothing is proven while there is any. */
  readonly problems: readonly string[];
  /** Cases that the right director was tried with. */
  readonly played: number;
  /** In the order in which they were given. */
  readonly results: readonly WrongDirectorResult[];
}

export async function runSelftest(options: SelftestOptions): Promise<Selftest> {
  const { wrongDirectors, seed, onResult, signal } = options;
  const settings = { seed, ...(signal && { signal }) };
  const { played, problems } = await tryRightDirector(settings);
  const results: WrongDirectorResult[] = new Array(wrongDirectors.length);
  if (problems.length > 0) return { problems, played, results: [] };
  const waiting = wrongDirectors.entries();
  const work = async () => {
    for (const [at, wrong] of waiting) {
      const result = await tryWrongDirector(wrong, settings);
      results[at] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { problems, played, results };
}
