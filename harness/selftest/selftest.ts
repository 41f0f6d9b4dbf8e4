/** The self-test: the catalogue must pass the unchanged director and fail every mutant. Results go into the result file. */
import { availableParallelism } from 'node:os';
import type { MutantResult } from '../../reports/result-figures.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sideBySide } from '../run/side-by-side.ts';
import type { Mutant } from './mutant.ts';
import { sampleOf, selectMutants } from './mutants/index.ts';
import { canBeKilledInNamespaces, tryInNamespaces } from './try-in-namespaces.ts';
import { tryMutant, tryRightDirector } from './try-mutant.ts';

interface SelftestPlan {
  /** Of names of mutants; all if there are none. */
  readonly prefixes: readonly string[];
  /** How many are tried in namespaces too. */
  readonly namespaces: number;
  /** How many are tried as programs of which nothing but the contract is known. */
  readonly programs: number;
  readonly seed: number;
}

export async function recordSelftest(
  recorder: RunRecorder,
  { prefixes, namespaces, programs, seed }: SelftestPlan,
): Promise<void> {
  const { mutants, problems } = selectMutants(prefixes);
  recorder.problems.push(...problems);
  if (problems.length > 0) return;
  const { terminal, figures } = recorder;
  let done = 0;
  const note = (result: MutantResult) => {
    figures.mutants.push(result);
    done++;
    terminal.step(`${done} of ${mutants.length + namespaces + programs} mutants tried, now ${result.id}`);
  };
  terminal.step('trying the right director');
  const right = await tryRightDirector(seed);
  recorder.problems.push(...right.problems.map((problem) => `The right director does not pass: ${problem}`));
  if (right.problems.length > 0) return;
  const results: MutantResult[] = [];
  const workers = Array.from(
    { length: availableParallelism() },
    () => (wrong: Mutant) => tryMutant(wrong, seed),
  );
  for await (const result of sideBySide(mutants, workers)) {
    results.push(result);
    note(result);
  }
  // Mutants that show only after a long time cannot be killed in namespaces, where time is real.
  const killable = mutants.filter(({ id }) => canBeKilledInNamespaces(id, results));
  const { directory } = recorder;
  for (const wrong of sampleOf(killable, namespaces)) {
    note(await tryInNamespaces(wrong, results, { seed, directory }));
  }
  for (const wrong of sampleOf(killable, programs)) {
    note(await tryInNamespaces(wrong, results, { seed, directory, isExternal: true }));
  }
}
