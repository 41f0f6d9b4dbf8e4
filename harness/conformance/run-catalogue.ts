/** All selected cases, played and judged packet by packet, into the record of a run. */
import type { CaseResult } from '../../reports/result.ts';
import { countedOf } from '../../statistics/number-text.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { type ModePlan, type PlayPlans, playPlans } from './play-plans.ts';

/** What stands in the terminal where live sessions have their scheduler. */
const TITLES: Readonly<Record<ModePlan['lab'], string>> = {
  netns: 'packet by packet',
  memory: 'packet by packet, in memory',
};

/**
 * Modes are shown one after the other, in whatever order they are played.
 *
 * @param play Plays them; in this process unless given.
 * @throws CaptureError if captures cannot be kept. What becomes of single cases is in their results.
 */
export async function runModes(
  plans: readonly ModePlan[],
  recorder: RunRecorder,
  interruption: Interruption,
  play: PlayPlans = playPlans,
): Promise<void> {
  const before = recorder.cases.length;
  const { terminal, directory: resultDirectory } = recorder;
  terminal.partStarted('packet by packet');
  const results = plans.map((): CaseResult[] => []);
  const ended = play(plans, {
    resultDirectory,
    step: progress(plans, recorder),
    isOver: () => interruption.isInterrupted,
    played: (at, result) => {
      results[at]?.push(result);
      // Plans are played side by side, but the record keeps their order, also where it is cut short.
      const cases = results.slice(0, at + 1).reduce((sum, own) => sum + own.length, 0);
      recorder.cases.splice(before + cases - 1, 0, result);
    },
  });
  // One may fail while another is waited for.
  const settled = Promise.allSettled(ended);
  try {
    for (const [at, { mode, lab, director }] of plans.entries()) {
      await ended[at];
      if (interruption.isInterrupted) return;
      terminal.sessionStarted({ mode, director: director.name, scheduler: TITLES[lab] });
      for (const result of results[at] ?? []) terminal.caseDone(result);
      terminal.sessionDone();
    }
  } finally {
    await settled;
  }
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
