/** A whole bench: sessions one after the other. */
import type { Lab } from '../../lab/index.ts';
import type { CaseResult } from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { directors } from '../directors/index.ts';
import { type Interruption, recordRun } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { messageOf } from '../run/result-folder.ts';
import { skipped, unjudged } from './judge.ts';
import type { BenchOptions } from './options.ts';
import { type PlannedSession, planRun, selected } from './plan.ts';
import { runSession } from './session.ts';

/** Runs the bench and writes its results. Resolves with the exit code. */
export function runBench(options: BenchOptions, terminal: Terminal): Promise<number> {
  return recordRun(options, terminal, async (recorder, interruption) => {
    const unavailable = await recorder.lookForDirectors(Object.values(directors));
    recorder.problems.push(...selectingNothing(options));
    // Who misspelt a case is told at once, and not after those that were meant too.
    const plan = recorder.problems.length > 0 ? [] : planRun(options);
    for (const planned of plan) {
      if (interruption.isInterrupted) break;
      terminal.sessionStarted({ ...planned, director: planned.director.name });
      const reason = unavailable.get(planned.director.name);
      const cases =
        reason === undefined
          ? await judgedSession(planned, options, recorder, interruption)
          : planned.scenarios.map((scenario) => skipped(scenario, planned, reason));
      for (const one of cases) recorder.caseDone(one);
      if (!interruption.isInterrupted) terminal.sessionDone();
    }
  });
}

/** Never throws: a session that fails leaves cases that could not be judged. */
async function judgedSession(
  planned: PlannedSession,
  options: BenchOptions,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<CaseResult[]> {
  try {
    const { session, cases } = await runSession(planned, {
      options,
      resultDirectory: recorder.directory,
      step: (text) => recorder.terminal.step(text),
      onKept: (lab) => recorder.lastWords.push(explanationOf(lab)),
    });
    recorder.sessions.push(session);
    return cases;
  } catch (error) {
    const reason = messageOf(error);
    if (!interruption.isInterrupted) {
      recorder.problems.push(`${planned.mode} with ${planned.scheduler}: ${reason}`);
    }
    const short = `its session came to no evidence: ${reason.split('\n')[0]}`;
    return planned.scenarios.map((scenario) => unjudged(scenario, planned, short));
  }
}

/** What can be done with a lab that is kept. */
function explanationOf(lab: Lab): string {
  return (
    `\nLab ${lab.id} (${lab.topology.title}) is still up, VIP ${lab.topology.vip}:\n` +
    `  enter a host:  ${lab.enterCommand('client')}\n` +
    `  take it down:  bin/lvs-lab lab remove ${lab.id}\n`
  );
}

/** Prefixes that no case id starts with, one sentence each. */
function selectingNothing({ grep, modes }: BenchOptions): string[] {
  return grep
    .filter((prefix) => modes.every((mode) => selected(mode, [prefix]).length === 0))
    .map(
      (prefix) =>
        `No case id starts with "${prefix}" in mode ${modes.join(', ')}; "bench --list" shows all ids.`,
    );
}
