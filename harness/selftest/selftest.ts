/** The self-test: the catalogue must pass the unchanged director and fail every mutant. Results go into the result file. */
import { availableParallelism } from 'node:os';
import type { MutantResult } from '../../reports/result-figures.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sideBySide } from '../run/side-by-side.ts';
import { selectMistakes } from './around/mistakes.ts';
import { tryAround } from './around/try-around.ts';
import type { Mutant } from './mutant.ts';
import { sampleOf, selectMutants } from './mutants/index.ts';
import { tryAsProcess } from './running/try-mutant.ts';
import { canBeKilledInNamespaces, tryInNamespaces } from './try-in-namespaces.ts';
import { tryMutant, tryRightDirector } from './try-mutant.ts';

/** What `ipvsadm` does by itself: around a running director it is the lab’s own, which is right. */
const IPVSADM = /^control\/ipvsadm\/(?!backend\/)/;

interface SelftestPlan {
  /** Whose cases are to find mistakes: of this repository’s director its mutants, of another one those that are made around it. */
  readonly directors: readonly DirectorUnderTest[];
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
  plan: SelftestPlan,
  interruption: Interruption,
): Promise<void> {
  const { directors, prefixes } = plan;
  const others = directors.filter(({ isOwn }) => !isOwn);
  const hasOwn = others.length < directors.length;
  const unknown = prefixes.filter(
    (prefix) =>
      (!hasOwn || selectMutants([prefix]).problems.length > 0) &&
      (others.length === 0 || selectMistakes([prefix]).length === 0),
  );
  recorder.problems.push(
    ...unknown.map((prefix) => `No mutant’s name starts with "${prefix}"; "selftest --list" shows all.`),
  );
  if (unknown.length > 0) return;
  if (hasOwn) await recordMutants(recorder, plan);
  for (const director of others) {
    if (interruption.isInterrupted) return;
    await recordAround(recorder, director, plan, interruption);
  }
}

/** The mistakes that are made around a director which is not this repository’s. */
async function recordAround(
  recorder: RunRecorder,
  director: DirectorUnderTest,
  { prefixes, seed }: SelftestPlan,
  interruption: Interruption,
): Promise<void> {
  const { terminal, figures, notCovered, directory } = recorder;
  const unavailable = (await recorder.lookForDirectors([director])).get(director.name);
  if (unavailable !== undefined) {
    recorder.problems.push(`${director.name} cannot run here: ${unavailable}.`);
    return;
  }
  const mistakes = selectMistakes(prefixes);
  terminal.step(`making mistakes around ${director.name}`);
  const before = figures.mutants.length;
  const undeclared: string[] = [];
  const caseless: string[] = [];
  await tryAround(director, {
    ...{ mistakes, seed, resultDirectory: directory },
    onResult: (result) => {
      figures.mutants.push(result);
      terminal.step(
        `${figures.mutants.length - before} of ${mistakes.length} mistakes made around ${director.name}`,
      );
    },
    onLeftOut: (id, lacking) =>
      lacking.length > 0 ? undeclared.push(`${id} (${lacking.join(', ')})`) : caseless.push(id),
    isInterrupted: () => interruption.isInterrupted,
  });
  if (undeclared.length > 0) {
    notCovered.push(
      `Not made around ${director.name}, which does not declare what they are about: ${undeclared.join(', ')}.`,
    );
  }
  if (caseless.length > 0) {
    notCovered.push(
      `Not made around ${director.name}, which no case is played with that is there for them: ${caseless.join(', ')}.`,
    );
  }
  if (figures.mutants.length === before)
    recorder.problems.push(`No mistake could be made around ${director.name}: nothing is proven of it.`);
}

async function recordMutants(
  recorder: RunRecorder,
  { prefixes, namespaces, programs, seed }: SelftestPlan,
): Promise<void> {
  const selected = selectMutants(prefixes).mutants;
  const mutants = selected.filter(({ isRunning }) => isRunning !== true);
  const running = selected.filter(({ isRunning }) => isRunning === true);
  if (selected.length === 0) return;
  const { terminal, figures, directory, notCovered } = recorder;
  if (namespaces === 0 && running.length > 0) {
    notCovered.push(
      `Not made, as they show in a running director alone (--namespaces): ${running.map(({ id }) => id).join(', ')}.`,
    );
    if (mutants.length === 0) return;
  }
  const tried = namespaces === 0 ? [] : running;
  let done = 0;
  const note = (result: MutantResult) => {
    figures.mutants.push(result);
    done++;
    terminal.step(
      `${done} of ${mutants.length + tried.length + namespaces + programs} mutants tried, now ${result.id}`,
    );
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
  const killable = mutants.filter(
    ({ id, file }) => !IPVSADM.test(file) && canBeKilledInNamespaces(id, results),
  );
  for (const wrong of tried) note(await tryAsProcess(wrong, { seed, directory }));
  for (const wrong of sampleOf(killable, namespaces)) {
    note(await tryInNamespaces(wrong, results, { seed, directory }));
  }
  for (const wrong of sampleOf(killable, programs)) {
    note(await tryInNamespaces(wrong, results, { seed, directory, isExternal: true }));
  }
}
