/** All selected cases of one mode, played and judged in one lab, into the record of a run. */
import type { Mode } from '../../lab/index.ts';
import type { LabKind } from '../../reports/result.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { sideBySide } from '../run/side-by-side.ts';
import type { Scenario } from '../scenario.ts';
import { LABS, PLAYERS } from './labs.ts';
import { MendingPlayer } from './mending-player.ts';
import { type CaseRun, type PlannedCase, runCase } from './run-cases.ts';
import { runConversation } from './run-conversation.ts';

export interface ModePlan {
  readonly mode: Mode;
  readonly lab: Exclude<LabKind, 'live'>;
  readonly director: string;
  readonly seed: number;
  readonly cases: readonly PlannedCase[];
  /** Cases of a live session, to be judged by a scripted conversation; none where there was a live session. */
  readonly scenarios: readonly Scenario[];
  /** A number that no case of the catalogue has. */
  readonly conversationIndex: number;
}

/** What stands in the terminal where live sessions have their scheduler. */
const TITLES: Readonly<Record<ModePlan['lab'], string>> = {
  netns: 'packet by packet',
  memory: 'packet by packet, in memory',
};

/** @throws CaptureError if captures cannot be kept. What becomes of single cases is in their results. */
export async function runMode(
  plan: ModePlan,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const { mode, lab, director, seed } = plan;
  const resultDirectory = recorder.directory;
  const { terminal } = recorder;
  terminal.sessionStarted({ mode, director, scheduler: TITLES[lab] });
  await using players = new AsyncDisposableStack();
  const runs = Array.from({ length: PLAYERS[lab] }, (_, number): CaseRun => {
    const player = players.use(new MendingPlayer(LABS[lab], { mode, seed, resultDirectory, number }));
    return { mode, lab, director, player, resultDirectory };
  });
  if (plan.scenarios.length > 0) {
    terminal.step('a scripted conversation');
    const conversed = { ...(runs[0] as CaseRun), seed, index: plan.conversationIndex };
    for (const result of await runConversation(plan.scenarios, conversed)) {
      if (!interruption.isInterrupted) recorder.caseDone(result);
    }
  }
  const workers = runs.map((run) => (planned: PlannedCase) => {
    terminal.step(planned.one.name);
    return runCase(planned, run);
  });
  for await (const result of sideBySide(plan.cases, workers)) {
    // After a signal a lab is taken down under its case, which says nothing about the director.
    if (interruption.isInterrupted) return;
    recorder.caseDone(result);
  }
  terminal.sessionDone();
}
