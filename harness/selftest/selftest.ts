/** The self-test: the catalogue must pass the unchanged director and fail every mutant. Results go into the result file. */
import { availableParallelism } from 'node:os';
import type { MutantResult } from '../../reports/result-figures.ts';
import type { RunRecorder } from '../run/recorder.ts';
import type { Mutant } from './mutant.ts';
import { sampleOf, selectMutants } from './mutants/index.ts';
import { canBeKilledInNamespaces, tryInNamespaces } from './try-in-namespaces.ts';
import { tryMutant, tryRightDirector } from './try-mutant.ts';

interface SelftestOptions {
  readonly mutants: readonly Mutant[];
  readonly seed: number;
  /** Told after each director. */
  readonly onResult: (result: MutantResult) => void;
  readonly signal?: AbortSignal;
}

interface Selftest {
  /** What the right director did not pass: nothing is proven while there is any. */
  readonly problems: readonly string[];
  /** Cases that the right director was tried with. */
  readonly played: number;
  /** In the order in which they were given. */
  readonly results: readonly MutantResult[];
}

async function runSelftest(options: SelftestOptions): Promise<Selftest> {
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

interface SelftestPlan {
  /** Of names of mutants; all if there are none. */
  readonly prefixes: readonly string[];
  /** How many are tried in namespaces too. */
  readonly namespaces: number;
  readonly seed: number;
}

export async function recordSelftest(
  recorder: RunRecorder,
  { prefixes, namespaces, seed }: SelftestPlan,
): Promise<void> {
  const { mutants, problems } = selectMutants(prefixes);
  recorder.problems.push(...problems);
  if (problems.length > 0) return;
  const { terminal, figures } = recorder;
  let done = 0;
  const note = (result: MutantResult) => {
    figures.mutants.push(result);
    done++;
    terminal.step(`${done} of ${mutants.length + namespaces} mutants tried, now ${result.id}`);
  };
  terminal.step('trying the right director');
  const tested = await runSelftest({ mutants, seed, onResult: note });
  recorder.problems.push(...tested.problems.map((problem) => `The right director does not pass: ${problem}`));
  if (tested.problems.length > 0) return;
  // Results were recorded as they ended; now they are put in the order of the list.
  figures.mutants.splice(0, figures.mutants.length, ...tested.results);
  if (namespaces === 0) return;
  // Mutants that show only after a long time cannot be killed in namespaces, where time is real.
  const killable = mutants.filter(({ id }) => canBeKilledInNamespaces(id, tested.results));
  for (const wrong of sampleOf(killable, namespaces)) {
    note(await tryInNamespaces(wrong, tested.results, { seed, directory: recorder.directory }));
  }
}
