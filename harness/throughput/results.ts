/** Samples as they go into the result file. */
import type { Mode } from '../../lab/index.ts';
import type { Limit } from '../../reports/limits.ts';
import { DISTURBING_CORES } from '../../reports/noise.ts';
import type { ThroughputResult } from '../../reports/result-figures.ts';
import { type Measure, type Measured, rateIsGiven } from '../../scenarios/throughput.ts';
import { geometricMean } from '../../statistics/geometric-mean.ts';
import { pairedRatio } from '../../statistics/interval.ts';
import { countedOf } from '../../statistics/number-text.ts';
import { ascending, quantile } from '../../statistics/quantiles.ts';
import { sum } from '../../statistics/shares.ts';
import { carries, type Entered } from './contestants.ts';
import type { CpuUse } from './cpu-meter.ts';

/** What one turn of one contestant gave. */
export interface Sample {
  readonly value: number;
  readonly cpu: CpuUse;
  /** At a fixed rate: of every request, in milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly bottleneck: Limit;
  /** What has to be known to read the figure. */
  readonly note?: string | undefined;
  /** Of frames, in all trials until the rate was found. */
  readonly fate?: Readonly<FramesFate>;
}

/** How many frames were offered, and how many of them the link to the director had no room for, or were lost in it. */
export interface FramesFate {
  offered: number;
  lostOnLink: number;
  lostInside: number;
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
    .filter(({ entered }) => carries(entered.contestant, measure))
    .map((outcome) => ({
      ...headOf(measure, mode, outcome.entered.name),
      ...(measure.kind === 'packets' && { flows: measure.flows, frameBytes: measure.frameBytes(mode) }),
      ...bodyOf(measure, outcome, outcomes),
    }));
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

function bodyOf(measure: Measure, outcome: MeasuredSeries, all: readonly MeasuredSeries[]) {
  const { entered, samples, failure } = outcome;
  const nothing = { samples: [], geometricMean: 0, ratios: [], cpu: {}, bottleneck: '' };
  if (entered.unavailable !== undefined) {
    return { ...nothing, status: 'skipped' as const, reason: entered.unavailable };
  }
  const gaveNothing = samples.filter(({ value }) => value === 0).length;
  if (failure !== undefined || gaveNothing * 2 > samples.length || samples.length === 0) {
    const where = gaveNothing < samples.length ? ` in ${countedOf(gaveNothing, samples.length, 'turn')}` : '';
    return { ...nothing, status: 'error' as const, reason: failure ?? `nothing came through${where}` };
  }
  const cpu = meanCpu(samples);
  return {
    status: 'measured' as const,
    ...inTurns(outcome, all, ({ value }) => value),
    ...(rateIsGiven(measure) && {
      medianLatencyMs: inTurns(outcome, all, ({ latenciesMs }) => quantile(ascending(latenciesMs), 0.5)),
    }),
    ...latencySummary(samples.flatMap(({ latenciesMs }) => latenciesMs)),
    ...lostShares(samples),
    cpu,
    bottleneck: mostFrequent(samples.map(({ bottleneck }) => bottleneck)),
    ...reasonOf(samples, cpu),
  };
}

/** Where frames were lost, of all that were offered while rates were tried. */
function lostShares(samples: readonly Sample[]) {
  const fates = samples.flatMap(({ fate }) => fate ?? []);
  const total = (part: keyof FramesFate) => fates.reduce((sum, fate) => sum + fate[part], 0);
  const offered = total('offered');
  if (offered === 0) return {};
  return { lost: { onLink: total('lostOnLink') / offered, inside: total('lostInside') / offered } };
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

/** What each turn gave, and for a director under test its ratio to each reference. */
function inTurns(
  { entered, samples }: MeasuredSeries,
  all: readonly MeasuredSeries[],
  figureOf: (sample: Sample) => number,
) {
  const values = samples.map(figureOf);
  const references = entered.contestant.isReference
    ? []
    : all.filter((one) => one.entered.contestant.isReference);
  const ratios = references.flatMap((one) => {
    const ratio = pairedRatio(values, one.samples.map(figureOf));
    return ratio === undefined ? [] : [{ reference: one.entered.name, ratio }];
  });
  return { samples: values, geometricMean: geometricMean(values), ratios };
}

/** Short measurements are told from the work of others with this many standard deviations. */
const CERTAIN = 2;

/** CPU time over all turns, as a share of one core; of others what is certain, as the kernel tells times in ticks. */
function meanCpu(samples: readonly Sample[]): Record<string, number> {
  const elapsedMs = sum(samples.map(({ cpu }) => cpu.elapsedMs));
  const share = (role: keyof CpuUse['roles']) => sum(samples.map(({ cpu }) => cpu.roles[role])) / elapsedMs;
  const known = { generator: share('generator'), director: share('director'), server: share('server') };
  const others = share('machine') - known.generator - known.director - known.server;
  const unsure = (CERTAIN * Math.sqrt(sum(samples.map(({ cpu }) => cpu.tickVariance)))) / elapsedMs;
  return { ...known, softirq: share('softirq'), others: Math.max(0, others - unsure) };
}

/** What a reader has to know beside the figures. */
function reasonOf(samples: readonly Sample[], cpu: Readonly<Record<string, number>>): { reason?: string } {
  const { others = 0 } = cpu;
  const notes = [
    samples.find((sample) => sample.note !== undefined)?.note,
    others > DISTURBING_CORES
      ? `other processes used ${others.toFixed(1)} cores: treat as unreliable`
      : undefined,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? {} : { reason: notes.join('; ') };
}

function mostFrequent(names: readonly Limit[]): string {
  const counted = [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  return counted[0]?.[0] ?? '';
}
