/** All selected cases, mode beside mode, played and judged packet by packet, into the record of a run. */

import { availableParallelism } from 'node:os';
import type { Mode } from '../../lab/index.ts';
import type { CaseResult, LabKind } from '../../reports/result.ts';
import type { SessionCase } from '../../scenarios/kit/session-case.ts';
import { countedOf } from '../../statistics/number-text.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sideBySide } from '../run/side-by-side.ts';
import { LABS, NETWORKS, ReopeningRunner } from './labs.ts';
import type { PlannedCase } from './planned-case.ts';
import { type CatalogueContext, runCase } from './run-cases.ts';
import { runConversation } from './run-conversation.ts';

export interface ModePlan {
  readonly mode: Mode;
  readonly lab: Exclude<LabKind, 'live'>;
  readonly director: DirectorUnderTest;
  readonly seed: number;
  /** As `CatalogueContext.notesNeeds`. */
  readonly notesNeeds?: boolean;
  readonly cases: readonly PlannedCase[];
  /** Cases of a live session, to be judged by a scripted conversation; none where there was a live session. */
  readonly scenarios: readonly SessionCase[];
  /** A number that no case of the catalogue has. */
  readonly conversationIndex: number;
}

/** What stands in the terminal where live sessions have their scheduler. */
const TITLES: Readonly<Record<ModePlan['lab'], string>> = {
  netns: 'packet by packet',
  memory: 'packet by packet, in memory',
};

/**
 * Modes are played side by side where they have networks of their own, and shown one after the other.
 *
 * @throws CaptureError if captures cannot be kept. What becomes of single cases is in their results.
 */
export async function runModes(
  plans: readonly ModePlan[],
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const before = recorder.cases.length;
  recorder.terminal.partStarted('packet by packet');
  const step = progress(plans, recorder);
  const inNetworks = plans.filter(({ lab }) => lab === 'netns').length;
  const played = plans.map((): CaseResult[] => []);
  const play = async (plan: ModePlan, at: number) => {
    const results = played[at] as CaseResult[];
    const networks = plan.director.isEmulated === true ? availableParallelism() : NETWORKS;
    const side = plan.lab === 'netns' ? Math.ceil(networks / inNetworks) : 1;
    for await (const result of playMode(plan, side, recorder.directory, step)) {
      // After a signal the lab is taken down while a case runs, so its result says nothing about the director.
      if (interruption.isInterrupted) break;
      results.push(result);
      // Plans are played side by side, but the record keeps their order, also where it is cut short.
      const cases = played.slice(0, at + 1).reduce((sum, own) => sum + own.length, 0);
      recorder.cases.splice(before + cases - 1, 0, result);
    }
    return results;
  };
  // Cases in memory never wait, so their modes run one after the other: the first one is shown sooner.
  const begun = plans.map((plan, at) => (plan.lab === 'netns' ? play(plan, at) : undefined));
  const ended = Promise.allSettled(begun);
  try {
    for (const [at, plan] of plans.entries()) {
      const { mode, lab, director } = plan;
      const results = await (begun[at] ?? play(plan, at));
      if (interruption.isInterrupted) return;
      recorder.terminal.sessionStarted({ mode, director: director.name, scheduler: TITLES[lab] });
      for (const result of results) recorder.terminal.caseDone(result);
      recorder.terminal.sessionDone();
    }
  } finally {
    await ended;
  }
}

async function* playMode(
  plan: ModePlan,
  networks: number,
  resultDirectory: string,
  step: (what: string) => void,
): AsyncGenerator<CaseResult> {
  const { mode, lab, director, seed, notesNeeds = false } = plan;
  const players = Array.from(
    { length: networks },
    (_, number) => new ReopeningRunner(LABS[lab], { mode, director, seed, resultDirectory, number }),
  );
  await using _closing = {
    async [Symbol.asyncDispose]() {
      await Promise.all(players.map((player) => player[Symbol.asyncDispose]()));
    },
  };
  const knownDifferences = (await director.knownDifferences?.()) ?? new Map();
  const runs = players.map(
    (player): CatalogueContext => ({
      ...{ mode, lab, director, notesNeeds, player, resultDirectory, knownDifferences },
    }),
  );
  if (plan.scenarios.length > 0) {
    step(`${mode}: a scripted conversation`);
    const conversed = { ...(runs[0] as CatalogueContext), seed, index: plan.conversationIndex };
    yield* await runConversation(plan.scenarios, conversed);
  }
  const workers = runs.map((run) => (planned: PlannedCase) => {
    step(`${mode}/${planned.one.name}`);
    return runCase(planned, run);
  });
  yield* sideBySide(plan.cases, workers);
}

/** Reports the progress of all plans together. */
function progress(
  plans: readonly ModePlan[],
  { cases, terminal, timeLeft }: RunRecorder,
): (what: string) => void {
  const before = cases.length;
  const all = plans.reduce((sum, plan) => sum + plan.cases.length + plan.scenarios.length, 0);
  const caseBegins = timeLeft.counting('packets', all);
  return (what) => {
    caseBegins();
    terminal.step(`${countedOf(cases.length - before, all, 'packet case')} judged: ${what}`);
  };
}
