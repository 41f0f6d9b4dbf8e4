/** Benchmarks of a run against those of a baseline: worse only where the intervals say so, all benchmarks considered. */

import type { Comparison } from '../../../reports/gate/document.ts';
import type { ThroughputResult } from '../../../reports/result-figures.ts';
import { percent } from '../../../statistics/number-text.ts';
import type { Baseline } from '../baseline.ts';
import { directorOf } from '../by-director.ts';
import { type JudgedTiming, judgeTimings, type TimingPair } from './judge-timings.ts';
import type { Quotient } from './quotient.ts';
import { disturbanceOf, type Timing, timingOf, timingsOf } from './timing.ts';

export interface TimingOptions {
  /** The loss that must not go unseen: 0.1 is a tenth. */
  readonly effect: number;
  /** Why ratios are not compared, where they are not; that a benchmark is there at all still is. */
  readonly notCompared?: string;
}

export function compareTimings(
  baseline: Baseline,
  results: readonly ThroughputResult[],
  { effect, notCompared }: TimingOptions,
): Comparison[] {
  const then = Object.entries(baseline.timings.benchmarks);
  const now = then.map(([key, before]) => againFrom(key, before, results));
  const pairs = then.flatMap(([key, before], i) => {
    const after = now[i];
    return typeof after === 'object'
      ? [{ key, before, after, disturbance: disturbanceOf(key, results) }]
      : [];
  });
  return [
    ...then.flatMap(([key], i) => {
      const reason = now[i];
      return typeof reason === 'string' ? [comparison(key, 'vanished', reason)] : [];
    }),
    ...(notCompared === undefined
      ? [
          ...judged(
            pairs.filter(({ disturbance }) => disturbance === undefined),
            baseline,
            effect,
          ),
          ...pairs.flatMap(({ key, disturbance }) =>
            disturbance === undefined ? [] : [comparison(key, 'noisy', toldDisturbed(disturbance))],
          ),
        ]
      : pairs.map(({ key }) => comparison(key, 'not compared', notCompared))),
    ...[...timingsOf(results).keys()]
      .filter((key) => !Object.hasOwn(baseline.timings.benchmarks, key))
      .map((key) => comparison(key, 'new', '')),
  ];
}

/** The same benchmark of this run, beside the same references; or why there is none. */
function againFrom(key: string, before: Timing, results: readonly ThroughputResult[]): Timing | string {
  const own = results.find(({ id }) => id === key);
  if (own === undefined) return 'this benchmark is in the baseline and not in this run';
  return timingOf(own, results, Object.keys(before.against));
}

interface Pair extends TimingPair {
  readonly key: string;
}

function judged(pairs: readonly Pair[], { timings, madeFrom }: Baseline, effect: number): Comparison[] {
  const answers = judgeTimings(pairs, { runs: madeFrom.runs, spreads: timings.runSpreads }, effect);
  return pairs.map((pair, i) => {
    const { answer, quotient } = answers[i] as JudgedTiming;
    return { ...comparison(pair.key, answer, told(pair, quotient, pairs.length)), quotient };
  });
}

/** From what to what, how sure, against which reference how much, and what would have been seen. */
function told({ before, after }: Pair, quotient: Quotient, tests: number): string {
  const against = Object.entries(after.against).map(([name, ratio]) => {
    const change = ratio / (before.against[name] ?? ratio);
    return `${name} ×${times(after.higherIsBetter ? change : 1 / change)}`;
  });
  return [
    `${times(quotient.value)} times as good as the baseline (${times(quotient.low)} to ${times(quotient.high)}, p ${quotient.pWorse.toPrecision(1)} of being as bad by chance, ${tests} tests)`,
    `against ${against.join(', ')}`,
    `a loss of ${percent(quotient.detectableLoss)} would be found`,
  ].join('; ');
}

function toldDisturbed(cores: number): string {
  return `other processes used ${cores.toFixed(1)} cores meanwhile`;
}

function times(value: number): string {
  return value.toPrecision(3);
}

function comparison(key: string, answer: Comparison['answer'], sentence: string): Comparison {
  return { section: 'timings', key, director: directorOf('timings', key), answer, sentence };
}
