/** A whole bench: sessions with live traffic, the cases played packet by packet, then the figures. */
import type { Lab } from '../../lab/index.ts';
import type { CaseResult } from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { type SessionCase, whyNotWith } from '../../scenarios/kit/session-case.ts';
import { CONVERSATION_INDEX, selectingNothing } from '../conformance/catalogue.ts';
import { type ModePlan, runModes } from '../conformance/run-catalogue.ts';
import { directors, ownDirector } from '../directors/index.ts';
import { recordFairness } from '../fairness/run.ts';
import { heapFigures } from '../micro/allocation.ts';
import { type Interruption, recordRun } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { messageOf } from '../run/result-folder.ts';
import { sharedParts, sharedPlans } from '../run/shared-plans.ts';
import { recordThroughput } from '../throughput/run.ts';
import { skipped, unjudged } from './judge.ts';
import type { BenchOptions } from './options.ts';
import { type PlannedPackets, type PlannedSession, planRun } from './plan.ts';
import { runSession } from './session.ts';

/** Runs the bench and writes its results. Resolves with the exit code. */
export function runBench(options: BenchOptions, terminal: Terminal): Promise<number> {
  return recordRun(options, terminal, async (recorder, interruption) => {
    const unavailable = await recorder.lookForDirectors(Object.values(directors));
    recorder.problems.push(...selectingNothing(options.grep, options.modes, 'bench --list'));
    // Reject unknown ids before running anything.
    if (recorder.problems.length > 0) return;
    const parts = sharedParts(options.parts, options.shard);
    if (parts.includes('conformance')) {
      const { sessions, packets } = planRun(options);
      for (const session of sharedPlans(sessions, options.shard)) {
        if (interruption.isInterrupted) return;
        const reason = unavailable.get(session.director.name);
        await runLive(session, options, reason, recorder, interruption);
      }
      if (interruption.isInterrupted) return;
      const plans = sharedPlans(packets, options.shard).map((one) => packetPlan(one, options.seed));
      await runModes(plans, recorder, interruption);
    }
    await runFigures({ ...options, parts }, recorder, interruption);
  });
}

function packetPlan({ mode, lab, cases }: PlannedPackets, seed: number): ModePlan {
  const conversationIndex = CONVERSATION_INDEX;
  return { mode, lab, director: ownDirector.name, seed, cases, scenarios: [], conversationIndex };
}

async function runLive(
  planned: PlannedSession,
  options: BenchOptions,
  unavailable: string | undefined,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const { terminal } = recorder;
  terminal.sessionStarted({ ...planned, director: planned.director.name });
  const whyNot = (scenario: SessionCase) => unavailable ?? whyNotWith(scenario, planned.scheduler);
  // A session that no case could be judged from is not played.
  const cases = planned.scenarios.some((scenario) => whyNot(scenario) === undefined)
    ? await judgedSession(planned, options, recorder, interruption)
    : planned.scenarios.map((scenario) => skipped(scenario, planned, whyNot(scenario) ?? ''));
  for (const one of cases) recorder.caseDone(one);
  if (!interruption.isInterrupted) terminal.sessionDone();
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
      onKept: (lab) => recorder.closingMessages.push(explanationOf(lab)),
    });
    recorder.sessions.push(session);
    return cases;
  } catch (error) {
    const reason = messageOf(error);
    if (!interruption.isInterrupted) {
      recorder.problems.push(`${planned.mode} with ${planned.scheduler}: ${reason}`);
    }
    const short = `its session produced no evidence: ${reason.split('\n')[0]}`;
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

/** Measures the figures of a bench: how schedulers share connections, and how fast directors are. */
async function runFigures(
  options: BenchOptions,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const { parts, modes, fairnessSchedulers: schedulers, profile, seed } = options;
  if (parts.includes('fairness') && !interruption.isInterrupted) {
    await recordFairness(recorder, { modes, schedulers, profile, seed, ...options.fairnessSetup });
  }
  if (parts.includes('throughput') && !interruption.isInterrupted) {
    await recordThroughput(recorder, { modes, profile, seed });
    recorder.terminal.step('measuring heap per packet');
    recorder.figures.micro = await heapFigures();
  }
}
