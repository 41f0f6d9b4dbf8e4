/** Makes mistakes around a director, and plays the cases that are there for each: they must find what the director alone passes. */
import { join } from 'node:path';
import type { Mode } from '../../../lab/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import type { MutantResult } from '../../../reports/result-figures.ts';
import { type FeatureName, featuresOf } from '../../../scenarios/features.ts';
import { caseId } from '../../../scenarios/kit/requirement.ts';
import { packetCasesFor } from '../../conformance/cases-for.ts';
import { askedOf } from '../../conformance/declared-needs.ts';
import { LABS, ReopeningRunner } from '../../conformance/labs.ts';
import type { PlannedCase } from '../../conformance/planned-case.ts';
import { takesLong } from '../../conformance/run-cases.ts';
import type { DirectorUnderTest } from '../../directors/director-under-test.ts';
import { messageOf } from '../../run/result-folder.ts';
import { MistakenDirector } from './mistaken-director.ts';
import type { Mistake } from './mistakes.ts';

/** With what it is judged by: each decision, or the policy. */
type JudgedCase = PlannedCase & Pick<PlannedCase['one'], 'check'>;

interface AroundPlan {
  readonly mistakes: readonly Mistake[];
  readonly seed: number;
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  /** Told each result as soon as it is there. */
  readonly onResult: (result: MutantResult) => void;
  /** Told of each mistake that could make no difference: what it is about that the director does not declare, if that is why. */
  readonly onLeftOut: (id: string, lacking: readonly FeatureName[]) => void;
  readonly isInterrupted: () => boolean;
}

/** Does not throw where a case cannot be played: that mistake could not be tried. */
export async function tryAround(right: DirectorUnderTest, plan: AroundPlan): Promise<void> {
  const { seed, resultDirectory } = plan;
  const mistaken = new MistakenDirector(right);
  const mode = ALL_MODES.find((one) => right.modes.includes(one)) ?? 'nat';
  const directory = join(resultDirectory, 'around');
  const options = { mode, director: mistaken.director, seed, resultDirectory: directory };
  await using runner = new ReopeningRunner(LABS.netns, options);
  const all = packetCasesFor(right, mode, []).filter((one) => !takesLong(one));

  /** What a case finds first; nothing if it holds. @throws Error if it could not be played or judged. */
  const finding = async ({ one, index, check }: JudgedCase): Promise<string | undefined> => {
    const { seen, played, error } = await runner.play(one, { index, directory }).catch((broken) => {
      // Its network is taken down.
      mistaken.forget();
      throw broken;
    });
    if (error !== undefined) throw error;
    return check(seen, played).findings[0]?.message;
  };
  const passes = new Map<string, boolean>();
  const isPassed = async (judged: JudgedCase): Promise<boolean> => {
    const known = passes.get(judged.one.name);
    if (known !== undefined) return known;
    await mistaken.make(undefined);
    const holds = await finding(judged).then(
      (found) => found === undefined,
      () => false,
    );
    passes.set(judged.one.name, holds);
    return holds;
  };
  const tryOne = async (mistake: Mistake, cases: readonly JudgedCase[]) => {
    let tried = 0;
    for (const judged of cases) {
      if (!(await isPassed(judged))) continue;
      tried++;
      await mistaken.make(mistake);
      const message = await finding(judged);
      if (message === undefined) continue;
      return { status: 'killed' as const, killedBy: [{ id: caseId(judged.one, mode), message }] };
    }
    if (await mistaken.isPassedBy())
      throw new Error(`packets leave ${right.name} past nftables, which would spoil them`);
    if (tried > 0) return { status: 'survived' as const, killedBy: [] };
    throw new Error(`${right.name} itself passes none of the ${cases.length} cases that are there for it`);
  };

  for (const mistake of plan.mistakes) {
    if (plan.isInterrupted()) return;
    const startedMs = performance.now();
    const lacking = mistake.needs.filter((name) => !featuresOf(right.declared).has(name));
    const cases = lacking.length === 0 ? await casesFor(mistake, all, mode, right) : [];
    if (cases.length === 0) {
      plan.onLeftOut(mistake.id, lacking);
      continue;
    }
    const outcome = await tryOne(mistake, cases).catch((error: unknown) => ({
      status: 'error' as const,
      killedBy: [{ id: '', message: messageOf(error) }],
    }));
    plan.onResult({
      id: mistake.id,
      sentence: mistake.sentence,
      director: right.name,
      lab: 'netns',
      expected: mistake.cases.join(', '),
      ...outcome,
      durationMs: performance.now() - startedMs,
    });
  }
}

/** Those that are there for a mistake and ask for nothing that is not declared, in the order of its list. */
async function casesFor(
  { cases }: Mistake,
  all: readonly PlannedCase[],
  mode: Mode,
  right: DirectorUnderTest,
): Promise<JudgedCase[]> {
  const found: JudgedCase[] = [];
  for (const planned of cases.flatMap((prefix) => all.filter(({ one }) => one.name.startsWith(prefix)))) {
    const { lacking, check } = await askedOf(planned, mode, right);
    if (lacking.length === 0) found.push({ ...planned, check });
  }
  return found;
}
