/** A whole fairness run: every situation, scheduler and mode asked for, live and in memory. */

import { join } from 'node:path';
import type { AcrossModes, FairnessResult, ScaleResult } from '../../reports/result-figures.ts';
import { DEFINITIONS } from '../../scenarios/fairness/figures/definitions.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';
import type { FairnessScenario, ProfileName } from '../../scenarios/fairness/scenario.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { ownDirector } from '../directors/index.ts';
import { networksOf } from '../live/networks.ts';
import { planOf, unplayed } from '../live/plans.ts';
import { runRounds } from '../live/run-rounds.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { unlikeAcrossModes } from '../run/verdict.ts';
import { acrossModesOf } from './across-modes.ts';
import { type Jobs, jobsFor, type Selection } from './jobs.ts';
import { memoryResults } from './memory-jobs.ts';
import { runScale } from './scale.ts';
import { supportedJobs } from './supported-jobs.ts';

export interface FairnessOptions extends Selection {
  readonly seed: number;
  /** Folder for logs; made if it is not there. */
  readonly outDirectory: string;
  /** Told what is being done. */
  readonly step: (text: string) => void;
  /** Told each result as soon as it is there. */
  readonly onResult?: (result: FairnessResult) => void;
  /** This repository's unless given. */
  readonly director?: DirectorUnderTest;
  /** Whether the jobs that take a network have been played already, so that only the others are left. */
  readonly isPlayedLive?: boolean;
  /** Results that were there before. */
  readonly earlier?: readonly FairnessResult[];
  /** Once it is aborted, nothing more is started; what is running fails with its network. */
  readonly signal?: AbortSignal;
}

export interface FairnessOutcome {
  readonly fairness: FairnessResult[];
  readonly acrossModes: AcrossModes[];
  readonly scale: ScaleResult[];
  /** What each figure is, by its name. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** Of the runs at scale that belong to a fairness run; `lvs-lab scale` makes longer ones. */
const SCALE: Readonly<
  Record<ProfileName, { readonly connections: number; readonly schedulers: readonly string[] }>
> = {
  quick: { connections: 200_000, schedulers: ['wlc'] },
  default: { connections: 1_000_000, schedulers: ['rr', 'wlc', 'mh'] },
  full: { connections: 10_000_000, schedulers: ['rr', 'wlc', 'mh'] },
};
const SCALE_SERVERS = 1_000;

/** Does not throw when something goes wrong in a network: what could not be played is a result with the reason. */
export async function runFairness(options: FairnessOptions): Promise<FairnessOutcome> {
  const results: FairnessResult[] = [...(options.earlier ?? [])];
  const add = (result: FairnessResult) => {
    results.push(result);
    options.onResult?.(result);
  };
  const isOver = () => options.signal?.aborted === true;
  const { director = ownDirector } = options;
  const jobs = jobsFor(options);
  if (options.isPlayedLive !== true && !isOver()) await playLive(jobs, options, add);
  // What is played in memory is played by this repository’s director.
  for (const job of director.isOwn ? jobs.memory : []) {
    if (isOver()) break;
    options.step(`fairness in memory: ${job.scenario.name}`);
    // Lets signals through.
    await new Promise((resolve) => setImmediate(resolve));
    for (const result of memoryResults(job, options)) add(result);
  }
  const scale =
    director.isOwn && options.situations === undefined && !isOver() ? await runsAtScale(options) : [];
  const { scenarios = fairnessScenarios } = options;
  const fairness = inOrder(results, scenarios);
  return {
    fairness,
    acrossModes: director.isOwn
      ? acrossModesOf(
          scenarios,
          fairness.filter((one) => one.director === director.name),
        )
      : [],
    scale,
    definitions: DEFINITIONS,
  };
}

/** Plays the jobs that take a network, and nothing else in it. */
async function playLive(
  { live }: Jobs,
  options: FairnessOptions,
  add: (result: FairnessResult) => void,
): Promise<void> {
  const { director = ownDirector, seed, outDirectory, step, signal } = options;
  const isInterrupted = () => signal?.aborted === true;
  const unavailable = await director.unavailable();
  const { supported, others } = supportedJobs(live, director, (job) => planOf(job, seed).service);
  for (const { job, reason } of others) unplayed(job, director.name, 'skipped', reason).forEach(add);
  for (const { mode, rounds } of networksOf([], supported, director)) {
    if (isInterrupted()) return;
    if (unavailable !== undefined) {
      const jobs = rounds.flatMap((round) => round.jobs);
      for (const job of jobs) unplayed(job, director.name, 'skipped', unavailable).forEach(add);
      continue;
    }
    await runRounds(
      {
        ...{ mode, director, rounds, seed, isInterrupted },
        servers: 1,
        resultDirectory: outDirectory,
        weightsFor: () => [1],
        load: { newConnections: 0, lasting: { requests: 0 }, bodyBytes: 0 },
        keep: false,
      },
      {
        step,
        fairness: (results) => results.forEach(add),
        roundStarted: () => undefined,
        judged: () => undefined,
        // Every job that could not be played is a result that says why.
        problem: () => undefined,
        kept: () => undefined,
      },
    );
  }
}

async function runsAtScale({ schedulers, profile, seed, step }: FairnessOptions): Promise<ScaleResult[]> {
  const results: ScaleResult[] = [];
  const { connections, schedulers: chosen } = SCALE[profile];
  for (const scheduler of chosen.filter((name) => schedulers.includes(name))) {
    step(`${connections.toLocaleString('en')} connections in memory with ${scheduler}`);
    results.push(await runScale({ scheduler, connections, servers: SCALE_SERVERS, seed }));
  }
  return results;
}

/** Sorted by situation, in the order of the scenarios; within a situation in the order in which they were made. */
function inOrder(
  results: readonly FairnessResult[],
  scenarios: readonly FairnessScenario[],
): FairnessResult[] {
  const rank = new Map(scenarios.map(({ name }, i) => [name, i]));
  return results.toSorted((a, b) => (rank.get(a.situation) ?? 0) - (rank.get(b.situation) ?? 0));
}

/** Records results as soon as they are there: a run that ends early has them. */
export function addFairness(
  { figures }: RunRecorder,
  results: readonly FairnessResult[],
  scenarios: readonly FairnessScenario[] = fairnessScenarios,
): void {
  figures.fairness = inOrder([...figures.fairness, ...results], scenarios);
}

/** Measures how schedulers share connections as part of a run, and records it in the run's result. */
export async function recordFairness(
  recorder: RunRecorder,
  selection: Selection & Pick<FairnessOptions, 'seed' | 'isPlayedLive' | 'director'>,
): Promise<void> {
  const { figures, terminal, directory, notCovered } = recorder;
  // Of several directors each has the same.
  notCovered.push(...(selection.notes ?? []).filter((note) => !notCovered.includes(note)));
  const measured = await runFairness({
    ...selection,
    outDirectory: join(directory, 'fairness'),
    step: (text) => terminal.step(text),
    earlier: figures.fairness,
    onResult: (result) => addFairness(recorder, [result], selection.scenarios),
  });
  figures.acrossModes.push(...measured.acrossModes);
  figures.scale.push(...measured.scale);
  Object.assign(figures.definitions, measured.definitions);
  recorder.failures.push(...unlikeAcrossModes(measured.acrossModes));
}
