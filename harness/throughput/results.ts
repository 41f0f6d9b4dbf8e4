/** Samples as they go into the result file. */
import type { Mode } from '../../lab/index.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import { type Measure, protocolOf } from '../../scenarios/throughput/measures.ts';
import { carries, type Entered } from './contestants.ts';
import { pairedRatio } from './figures/interval.ts';
import { latencyFigures, median } from './figures/quantiles.ts';
import type { Sample } from './sample.ts';

/** One contestant's samples of one measure, or why there are none. */
export interface Outcome {
  readonly entered: Entered;
  readonly samples: readonly Sample[];
  readonly failure?: string;
}

/** All results of a measure in a mode. What cannot carry what is measured has none. */
export function resultsOf(measure: Measure, mode: Mode, outcomes: readonly Outcome[]): ThroughputResult[] {
  return outcomes
    .filter(({ entered }) => carries(entered.contestant, protocolOf(measure)))
    .map((outcome) => ({ ...headOf(measure, mode, outcome.entered), ...bodyOf(outcome, outcomes) }));
}

function headOf(measure: Measure, mode: Mode, { name }: Entered) {
  const { id, title, unit, higherIsBetter } = measure;
  return {
    id: `throughput/${id}/${mode}/${name}`,
    measure: id,
    title,
    mode,
    director: name,
    unit,
    higherIsBetter,
  };
}

function bodyOf(outcome: Outcome, all: readonly Outcome[]) {
  const { entered, samples, failure } = outcome;
  const nothing = { samples: [], median: 0, ratios: [], cpu: {}, bottleneck: '' };
  if (entered.unavailable !== undefined) {
    return { ...nothing, status: 'skipped' as const, reason: entered.unavailable };
  }
  const values = samples.map(({ value }) => value);
  if (failure !== undefined || median(values) === 0) {
    return { ...nothing, status: 'error' as const, reason: failure ?? 'nothing came through' };
  }
  return {
    status: 'measured' as const,
    samples: values,
    median: median(values),
    ratios: 'director' in entered.contestant ? ratiosOf(values, all) : [],
    ...latencyFigures(samples.flatMap(({ latenciesMs }) => latenciesMs)),
    cpu: meanCpu(samples),
    bottleneck: mostFrequent(samples.map(({ bottleneck }) => bottleneck)),
    ...reasonOf(samples),
  };
}

function ratiosOf(values: readonly number[], all: readonly Outcome[]) {
  return all.flatMap(({ entered, samples }) => {
    if ('director' in entered.contestant) return [];
    const ratio = pairedRatio(
      values,
      samples.map(({ value }) => value),
    );
    return ratio === undefined ? [] : [{ reference: entered.name, ratio }];
  });
}

/** Over all turns, as a share of one core. */
function meanCpu(samples: readonly Sample[]): Record<string, number> {
  const elapsedMs = samples.reduce((sum, { cpu }) => sum + cpu.elapsedMs, 0);
  const roles = [...new Set(samples.flatMap(({ cpu }) => Object.keys(cpu.roles)))];
  return Object.fromEntries(
    roles.map((role) => [
      role,
      samples.reduce((sum, { cpu }) => sum + (cpu.roles[role] ?? 0), 0) / elapsedMs,
    ]),
  );
}

function reasonOf(samples: readonly Sample[]): { reason?: string } {
  const note = samples.find((sample) => sample.note !== undefined)?.note;
  return note === undefined ? {} : { reason: note };
}

function mostFrequent(names: readonly string[]): string {
  const counted = [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  return counted[0]?.[0] ?? '';
}
