/** A whole fairness run: every situation, scheduler and mode asked for, live and in memory. */

import { join } from 'node:path';
import type { AcrossModes, FairnessResult, ScaleResult } from '../../reports/result-figures.ts';
import { DEFINITIONS } from '../../scenarios/fairness/figures/definitions.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';
import type { FairnessScenario, ProfileName } from '../../scenarios/fairness/scenario.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { ownDirector } from '../directors/index.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { unlikeAcrossModes } from '../run/verdict.ts';
import { acrossModesOf } from './across-modes.ts';
import { jobsFor, type Selection } from './jobs.ts';
import { liveResults } from './live/jobs.ts';
import { memoryResults } from './memory-jobs.ts';
import { runScale } from './scale.ts';

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
  const results: FairnessResult[] = [];
  const add = (result: FairnessResult) => {
    results.push(result);
    options.onResult?.(result);
  };
  const isOver = () => options.signal?.aborted === true;
  const jobs = jobsFor(options);
  for (const [mode, live] of jobs.live) {
    if (live.length === 0 || isOver()) continue;
    const context = { ...options, director: options.director ?? ownDirector };
    for await (const result of liveResults(mode, live, context)) add(result);
  }
  for (const job of jobs.memory) {
    if (isOver()) break;
    options.step(`fairness in memory: ${job.scenario.name}`);
    // Lets signals through.
    await new Promise((resolve) => setImmediate(resolve));
    for (const result of memoryResults(job, options)) add(result);
  }
  const scale = options.situations === undefined && !isOver() ? await runsAtScale(options) : [];
  const { scenarios = fairnessScenarios } = options;
  const fairness = inOrder(results, scenarios);
  return {
    fairness,
    acrossModes: acrossModesOf(scenarios, fairness),
    scale,
    definitions: DEFINITIONS,
  };
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

/** Measures how schedulers share connections as part of a run, and records it in the run's result. */
export async function recordFairness(
  recorder: RunRecorder,
  selection: Selection & { readonly seed: number },
): Promise<void> {
  const { figures, terminal, directory, notCovered } = recorder;
  notCovered.push(...(selection.notes ?? []));
  const measured = await runFairness({
    ...selection,
    outDirectory: join(directory, 'fairness'),
    step: (text) => terminal.step(text),
    onResult: (result) => {
      figures.fairness = inOrder([...figures.fairness, result], selection.scenarios ?? fairnessScenarios);
    },
  });
  figures.acrossModes.push(...measured.acrossModes);
  figures.scale.push(...measured.scale);
  Object.assign(figures.definitions, measured.definitions);
  recorder.failures.push(...unlikeAcrossModes(measured.acrossModes));
}
