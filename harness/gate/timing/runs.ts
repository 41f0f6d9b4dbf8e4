/** Several runs of one release: what their timings are together, and how much they vary from run to run. */

import { geometricMean } from '../../../statistics/geometric-mean.ts';
import { intervalQuantile } from '../../../statistics/interval.ts';
import { spreadOf } from './quotient.ts';
import type { Timing } from './timing.ts';

/**
 * Standard deviation of the logarithm of what a whole run is off besides its turns, where one run cannot tell: memory laid
 * out differently, other neighbours on the machine.
 */
export const ASSUMED_RUN_SPREAD = 0.02;

/** The same benchmark in several runs, as one that had all their turns. */
export function together(timings: readonly [Timing, ...Timing[]]): Timing {
  const [first] = timings;
  if (timings.length === 1) return first;
  const turns = timings.reduce((sum, one) => sum + one.turns, 0);
  const ratio = geometricMean(timings.map((one) => one.ratio));
  const degrees = turns - timings.length;
  const squares = timings.reduce((sum, one) => sum + (one.turns - 1) * spreadOf(one) ** 2, 0);
  const half = intervalQuantile(turns - 1) * Math.sqrt(squares / degrees / turns);
  return {
    ...first,
    ratio,
    low: ratio * Math.exp(-half),
    high: ratio * Math.exp(half),
    turns,
    against: Object.fromEntries(
      Object.keys(first.against).map((name) => [
        name,
        geometricMean(timings.map(({ against }) => against[name] ?? 1)),
      ]),
    ),
  };
}

/**
 * The variance between runs beyond what the turns explain, as in an analysis of variance with random effects: for each kind
 * of benchmark the mean over its benchmarks. What is assumed counts as much as two runs of one benchmark: a kind may have few,
 * and few runs show little.
 *
 * @param benchmarks For each, its timings, one a run.
 * @returns standard deviations of logarithms, by kind.
 */
export function runSpreadsOf(
  benchmarks: readonly (readonly [Timing, ...Timing[]])[],
): Record<string, number> {
  const kinds = Map.groupBy(benchmarks, ([{ measure }]) => measure);
  return Object.fromEntries(
    Array.from(kinds, ([kind, own]) => {
      const excess = own.reduce((sum, timings) => sum + (timings.length - 1) * excessVariance(timings), 0);
      const degrees = own.reduce((sum, timings) => sum + timings.length - 1, 0);
      return [kind, Math.sqrt((ASSUMED_RUN_SPREAD ** 2 + Math.max(0, excess)) / (1 + degrees))];
    }),
  );
}

function excessVariance(timings: readonly Timing[]): number {
  if (timings.length < 2) return 0;
  const logs = timings.map(({ ratio }) => Math.log(ratio));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const between = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const within = timings.reduce((sum, one) => sum + spreadOf(one) ** 2 / one.turns, 0) / timings.length;
  return between - within;
}
