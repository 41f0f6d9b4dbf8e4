/** How fast directors are, in turns with references, mode by mode. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { LabError, type Mode } from '../../lab/index.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import {
  coreMeasure,
  growthMeasures,
  type Measure,
  measuredTogether,
  measures,
} from '../../scenarios/throughput.ts';
import type { DirectorUnderTest, Reference } from '../directors/director-under-test.ts';
import { references as allReferences, ownDirector } from '../directors/index.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { openArena } from './arena.ts';
import { type Entered, enter } from './contestants.ts';
import { machineAtRest } from './machine-at-rest.ts';
import { measureCore } from './measure-core.ts';
import { type Budget, budgets, type ThroughputProfile } from './profiles.ts';
import { type MeasuredSeries, resultsOf, type Sample } from './results.ts';
import { Series } from './series.ts';

export interface ThroughputOptions {
  readonly modes: readonly Mode[];
  readonly profile: ThroughputProfile;
  /** For what is random in the directors' scheduling. */
  readonly seed: number;
  /** Folder for logs and rules, one for each mode; made if it does not exist. */
  readonly outDirectory: string;
  /** Told what is being done. */
  readonly step: (text: string) => void;
  /** Ends the run between two turns. */
  readonly signal?: AbortSignal;
  /** Instead of the profile's. */
  readonly budget?: Budget;
  readonly directors?: readonly DirectorUnderTest[];
  readonly references?: readonly Reference[];
  /** Measured besides in the first of the modes. */
  readonly growth?: readonly Measure[];
  /** As in `Arena`. */
  readonly isPastSwitches?: boolean;
}

/**
 * Measures, and leaves nothing on the machine. What cannot be measured is in the results with the reason.
 *
 * @throws what `signal` was aborted with.
 */
export async function runThroughput(options: ThroughputOptions): Promise<ThroughputResult[]> {
  // Code that Node takes from its compile cache is optimised in another way than code that it compiles itself, so a figure
  // would depend on which run came first: a checksum takes 0.36 µs with the cache and 0.9 µs without.
  const { NODE_DISABLE_COMPILE_CACHE: before } = process.env;
  process.env.NODE_DISABLE_COMPILE_CACHE = '1';
  try {
    return await measureAll(options);
  } finally {
    if (before === undefined) delete process.env.NODE_DISABLE_COMPILE_CACHE;
    else process.env.NODE_DISABLE_COMPILE_CACHE = before;
  }
}

async function measureAll(options: ThroughputOptions): Promise<ThroughputResult[]> {
  const results: ThroughputResult[] = [];
  for (const [i, mode] of options.modes.entries()) {
    options.signal?.throwIfAborted();
    const { growth = [] } = i === 0 ? options : {};
    results.push(...(await runMode(mode, growth, options)));
  }
  const { coreTurns } = budgetOf(options);
  const hasCore = (options.directors ?? [ownDirector]).some(({ isOwn }) => isOwn);
  for (const mode of coreTurns > 0 && hasCore ? options.modes : []) {
    results.push(...(await measureCore(coreMeasure, mode, coreTurns, options)));
  }
  return results;
}

/** What the measured figures are, by measure. */
const throughputDefinitions: Readonly<Record<string, string>> = Object.fromEntries(
  [...measures, ...growthMeasures, coreMeasure].map(({ id, definition }) => [id, definition]),
);

async function runMode(
  mode: Mode,
  growth: readonly Measure[],
  options: ThroughputOptions,
): Promise<ThroughputResult[]> {
  const { directors = [ownDirector], references = allReferences } = options;
  const chosen = budgetOf(options).measures;
  const wanted = [...measures.filter(({ id }) => chosen === undefined || chosen.includes(id)), ...growth];
  // A network in which nothing is measured need not be built.
  if (wanted.length === 0) return [];
  // What is tested is not compared with itself.
  const others = references.filter(({ name }) => directors.every((one) => one.name !== name));
  const entered = await enter(mode, [...directors, ...others]);
  const results: ThroughputResult[] = [];
  const measured = new Set<Measure>();
  const add = (measure: Measure, outcomes: readonly MeasuredSeries[]) => {
    measured.add(measure);
    results.push(...resultsOf(measure, mode, outcomes));
  };
  try {
    await play(mode, wanted, entered, options, add);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof LabError)) throw error;
    const failed = entered.map(
      (one): MeasuredSeries => ({ entered: one, samples: [], failure: error.message }),
    );
    for (const measure of wanted) if (!measured.has(measure)) add(measure, failed);
  }
  return results;
}

function budgetOf({ budget, profile }: ThroughputOptions): Budget {
  return budget ?? budgets[profile];
}

/** Calls `done` with each measure as soon as it is measured. */
async function play(
  mode: Mode,
  wanted: readonly Measure[],
  entered: readonly Entered[],
  options: ThroughputOptions,
  done: (measure: Measure, outcomes: readonly MeasuredSeries[]) => void,
): Promise<void> {
  const { seed, outDirectory, step, signal, isPastSwitches = false } = options;
  const able = entered.filter(({ unavailable }) => unavailable === undefined);
  step(`${mode}: building a network with ${able.map(({ name }) => name).join(', ')} side by side`);
  await using arena = await openArena(
    mode,
    able,
    seed,
    join(outDirectory, `throughput-${mode}`),
    isPastSwitches,
  );
  const progress = { step, ...(signal && { signal }) };
  const series = new Series(arena, budgetOf(options), availableParallelism(), progress);
  await series.warmUp(wanted);
  // Processes that came up and parts that ended have work of their own left.
  await machineAtRest();
  for (const together of measuredTogether(wanted, mode)) {
    const samples = await series.measure(together);
    for (const [i, measure] of together.entries()) {
      done(
        measure,
        entered.map((one) => outcomeOf(one, samples[i]?.get(one.name), arena.refusals.get(one.name))),
      );
    }
  }
}

function outcomeOf(
  entered: Entered,
  samples: readonly Sample[] = [],
  failure: string | undefined,
): MeasuredSeries {
  return failure === undefined ? { entered, samples } : { entered, samples, failure };
}

/** Steps told of: in each mode two before it is measured, then one for each turn of each measure. */
function stepsOf(modes: number, { measures: chosen, turns }: Budget, growth: readonly Measure[]): number {
  return modes * (2 + (chosen ?? measures).length * turns) + growth.length * turns;
}

export interface ThroughputSelection {
  /** This repository’s unless given. */
  readonly directors?: readonly DirectorUnderTest[];
  readonly modes: readonly Mode[];
  readonly profile: ThroughputProfile;
  readonly seed: number;
  /** How long a rate has to hold that is confirmed, instead of what the profile has. */
  readonly confirmMs?: number;
  /** Instead of what is measured otherwise. */
  readonly comparison?: Comparison;
}

/** What is measured beside what, and how. */
export type Comparison = Pick<
  ThroughputOptions,
  'directors' | 'references' | 'growth' | 'isPastSwitches' | 'budget'
>;

/** Measures how fast directors are as part of a run, and records it in the run's result. */
export async function recordThroughput(
  recorder: RunRecorder,
  { directors, modes, profile, seed, confirmMs, comparison = {} }: ThroughputSelection,
): Promise<void> {
  const { figures, terminal, directory, timeLeft } = recorder;
  const { budget: own = budgets[profile], growth = [] } = comparison;
  const budget = { ...own, ...(confirmMs !== undefined && { confirmMs }) };
  const stepBegins = timeLeft.counting('throughput', stepsOf(modes.length, budget, growth));
  const measured = await runThroughput({
    ...(directors && { directors }),
    ...comparison,
    modes,
    profile,
    budget,
    seed,
    outDirectory: join(directory, 'throughput'),
    step: (text) => {
      stepBegins();
      terminal.step(text);
    },
  });
  timeLeft.ended('throughput');
  figures.throughput.push(...measured);
  Object.assign(figures.definitions, throughputDefinitions);
  // A reference that is missing is shown as such; a director under test that cannot be measured is not passed over.
  for (const { id, status, reason } of measured) {
    if (status === 'error') recorder.problems.push(`${id} could not be measured: ${reason}`);
  }
}
