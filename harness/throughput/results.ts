/** Samples as they go into the result file. */
import type { Mode } from '../../lab/index.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import { type Measure, type Measured, protocolOf } from '../../scenarios/throughput.ts';
import { pairedRatio } from '../../statistics/interval.ts';
import { ascending, median, quantile } from '../../statistics/quantiles.ts';
import type { Entered } from './contestants.ts';
import type { CpuUse } from './cpu-meter.ts';

/** Cores that other processes may use: routers, and kernel work that is charged to no process, take some. */
export const OTHERS_LIMIT = 0.3;

/** What one turn of one contestant gave. */
export interface Sample {
  readonly value: number;
  readonly cpu: CpuUse;
  /** At a fixed rate: of every request, in milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly bottleneck: string;
  /** What has to be known to read the figure. */
  readonly note?: string | undefined;
}

/** One contestant's samples of one measure, or why there are none. */
export interface MeasuredSeries {
  readonly entered: Entered;
  readonly samples: readonly Sample[];
  readonly failure?: string;
}

/** All results of a measure in a mode. What cannot carry what is measured has none. */
export function resultsOf(
  measure: Measure,
  mode: Mode,
  outcomes: readonly MeasuredSeries[],
): ThroughputResult[] {
  return outcomes
    .filter(({ entered }) => entered.contestant.protocols.includes(protocolOf(measure)))
    .map((outcome) => ({ ...headOf(measure, mode, outcome.entered.name), ...bodyOf(outcome, outcomes) }));
}

/** What is measured, where and of whom: what a result begins with. */
export function headOf({ id, title, unit, higherIsBetter }: Measured, mode: Mode, name: string) {
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

function bodyOf(outcome: MeasuredSeries, all: readonly MeasuredSeries[]) {
  const { entered, samples, failure } = outcome;
  const nothing = { samples: [], median: 0, ratios: [], cpu: {}, bottleneck: '' };
  if (entered.unavailable !== undefined) {
    return { ...nothing, status: 'skipped' as const, reason: entered.unavailable };
  }
  const values = samples.map(({ value }) => value);
  if (failure !== undefined || median(values) === 0) {
    return { ...nothing, status: 'error' as const, reason: failure ?? 'nothing came through' };
  }
  const cpu = meanCpu(samples);
  return {
    status: 'measured' as const,
    samples: values,
    median: median(values),
    ratios: entered.contestant.isReference ? [] : ratiosOf(values, all),
    ...latencySummary(samples.flatMap(({ latenciesMs }) => latenciesMs)),
    cpu,
    bottleneck: mostFrequent(samples.map(({ bottleneck }) => bottleneck)),
    ...reasonOf(samples, cpu),
  };
}

/** Fractions at which a distribution is drawn: close together where few requests make the difference. */
const FRACTIONS = [
  0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1,
];

/** Empty where no latencies were measured. */
export function latencySummary(latenciesMs: readonly number[]) {
  if (latenciesMs.length === 0) return {};
  const sorted = ascending(latenciesMs);
  const at = (fraction: number) => quantile(sorted, fraction);
  return {
    latencyMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1), samples: sorted.length },
    latencyDistribution: FRACTIONS.map((fraction): [number, number] => [fraction, at(fraction)]),
  };
}

function ratiosOf(values: readonly number[], all: readonly MeasuredSeries[]) {
  return all.flatMap(({ entered, samples }) => {
    if (!entered.contestant.isReference) return [];
    const ratio = pairedRatio(
      values,
      samples.map(({ value }) => value),
    );
    return ratio === undefined ? [] : [{ reference: entered.name, ratio }];
  });
}

/** CPU time over all turns, as a share of one core. */
function meanCpu(samples: readonly Sample[]): Record<string, number> {
  const elapsedMs = samples.reduce((sum, { cpu }) => sum + cpu.elapsedMs, 0);
  const share = (role: keyof CpuUse['roles']) =>
    samples.reduce((sum, { cpu }) => sum + cpu.roles[role], 0) / elapsedMs;
  const known = { generator: share('generator'), director: share('director'), server: share('server') };
  const others = share('machine') - known.generator - known.director - known.server;
  return { ...known, softirq: share('softirq'), others: Math.max(0, others) };
}

/** What a reader has to know beside the figures. */
function reasonOf(samples: readonly Sample[], cpu: Readonly<Record<string, number>>): { reason?: string } {
  const { others = 0 } = cpu;
  const notes = [
    samples.find((sample) => sample.note !== undefined)?.note,
    others > OTHERS_LIMIT
      ? `other processes used ${others.toFixed(1)} cores: treat as unreliable`
      : undefined,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? {} : { reason: notes.join('; ') };
}

function mostFrequent(names: readonly string[]): string {
  const counted = [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  return counted[0]?.[0] ?? '';
}
