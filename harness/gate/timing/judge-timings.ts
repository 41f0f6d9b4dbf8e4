/** Pairs of timings, judged together: the more there are, the surer each answer has to be. */
import { significant } from '../../../statistics/holm.ts';
import { pooledSpread, type Quotient, quotientOf } from './quotient.ts';
import { ASSUMED_RUN_SPREAD } from './runs.ts';
import type { Timing } from './timing.ts';

/**
 * Probability that anything is found worse where nothing has changed, over all pairs: ten gates in a row are wrong once in
 * a hundred times.
 */
export const ALPHA = 0.001;

/** So many turns know their own spread; fewer are held to that of all benchmarks of their kind. */
const ENOUGH_TURNS = 16;

/** The same benchmark twice. */
export interface TimingPair {
  readonly before: Timing;
  readonly after: Timing;
}

export interface JudgedTiming {
  readonly answer: 'worse' | 'better' | 'noisy' | 'same';
  readonly quotient: Quotient;
}

/** Runs that the earlier timing of each pair was measured in. */
export interface EarlierRuns {
  readonly runs: number;
  /** What a whole run is off, by kind of benchmark, as far as it is known. */
  readonly spreads?: Readonly<Record<string, number>>;
}

/** @param effect The loss that must not go unseen: 0.1 is a tenth. @returns an answer for each pair. */
export function judgeTimings(
  pairs: readonly TimingPair[],
  { runs, spreads = {} }: EarlierRuns,
  effect: number,
): JudgedTiming[] {
  const kinds = Map.groupBy(pairs, ({ before }) => before.measure);
  const pooled = new Map(
    Array.from(kinds, ([kind, own]) => [
      kind,
      pooledSpread(own.flatMap(({ before, after }) => [before, after])),
    ]),
  );
  const quotients = pairs.map(({ before, after }) =>
    quotientOf(
      before,
      after,
      knowsItself(before, after) ? pooledSpread([before, after]) : pooled.get(before.measure)!,
      { runs, perRun: spreads[before.measure] ?? ASSUMED_RUN_SPREAD },
      ALPHA / pairs.length,
    ),
  );
  const worse = significant(
    quotients.map(({ pWorse }) => pWorse),
    ALPHA,
  );
  const better = significant(
    quotients.map(({ pBetter }) => pBetter),
    ALPHA,
  );
  return quotients.map((quotient, i) => {
    const unsure = quotient.detectableLoss > effect ? 'noisy' : 'same';
    return { quotient, answer: worse[i] ? 'worse' : better[i] ? 'better' : unsure };
  });
}

function knowsItself(...timings: readonly Timing[]): boolean {
  return timings.every(({ turns }) => turns >= ENOUGH_TURNS);
}
