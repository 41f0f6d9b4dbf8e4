/** A self-test as a run: what each wrong director came to goes into the result file. */
import type { WrongDirectorResult } from '../../reports/result-figures.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sampleOf, selectWrongDirectors } from './select.ts';
import { runSelftest } from './selftest.ts';
import { canBeCaughtInNamespaces, tryInNamespaces } from './try-in-namespaces.ts';

export interface SelftestPlan {
  /** Of names of wrong directors; all if there are none. */
  readonly prefixes: readonly string[];
  /** How many are tried in namespaces too. */
  readonly namespaces: number;
  readonly seed: number;
}

export async function recordSelftest(
  recorder: RunRecorder,
  { prefixes, namespaces, seed }: SelftestPlan,
): Promise<void> {
  const { wrongDirectors, problems } = selectWrongDirectors(prefixes);
  recorder.problems.push(...problems);
  if (problems.length > 0) return;
  const { terminal, figures } = recorder;
  let done = 0;
  const note = (result: WrongDirectorResult) => {
    figures.wrongDirectors.push(result);
    done++;
    terminal.step(`${done} of ${wrongDirectors.length + namespaces} wrong directors tried, now ${result.id}`);
  };
  terminal.step('trying the right director');
  const tested = await runSelftest({ wrongDirectors, seed, onResult: note });
  recorder.problems.push(...tested.problems.map((problem) => `The right director does not pass: ${problem}`));
  if (tested.problems.length > 0) return;
  // As they are listed, and not as they came to their ends.
  figures.wrongDirectors.splice(0, figures.wrongDirectors.length, ...tested.results);
  if (namespaces === 0) return;
  // What only shows when time has passed cannot be caught where time is real.
  const catchable = wrongDirectors.filter(({ id }) => canBeCaughtInNamespaces(id, tested.results));
  for (const wrong of sampleOf(catchable, namespaces)) {
    note(await tryInNamespaces(wrong, tested.results, { seed, directory: recorder.directory }));
  }
}
