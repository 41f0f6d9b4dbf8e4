/** A self-test as a run: what each mutant came to goes into the result file. */
import type { MutantResult } from '../../reports/result-figures.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sampleOf, selectMutants } from './select.ts';
import { runSelftest } from './selftest.ts';
import { canBeKilledInNamespaces, tryInNamespaces } from './try-in-namespaces.ts';

export interface SelftestPlan {
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
  // As they are listed, and not as they came to their ends.
  figures.mutants.splice(0, figures.mutants.length, ...tested.results);
  if (namespaces === 0) return;
  // What only shows when time has passed cannot be killed where time is real.
  const killable = mutants.filter(({ id }) => canBeKilledInNamespaces(id, tested.results));
  for (const wrong of sampleOf(killable, namespaces)) {
    note(await tryInNamespaces(wrong, tested.results, { seed, directory: recorder.directory }));
  }
}
