/** Pairs of timings, judged together: the more there are, the surer each answer has to be. */
import { significant } from './holm.ts';
import { pooledSpread, type Quotient, quotientOf, type RunSpread } from './quotient.ts';
import type { Timing } from './timing.ts';

/**
 * Probability that anything is found worse where nothing has changed, over all pairs: ten gates in a row are wrong once in
 * a hundred times.
 */
export const ALPHA = 0.001;

/** The same benchmark twice. */
export interface TimingPair {
  readonly before: Timing;
  readonly after: Timing;
}

export interface JudgedTiming {
  readonly answer: 'worse' | 'better' | 'noisy' | 'same';
  readonly quotient: Quotient;
}

/** @param effect The loss that must not go unseen: 0.1 is a tenth. @returns an answer for each pair. */
export function judgeTimings(pairs: readonly TimingPair[], runs: RunSpread, effect: number): JudgedTiming[] {
  const kinds = Map.groupBy(pairs, ({ before }) => before.measure);
  const spreads = new Map(
    Array.from(kinds, ([kind, own]) => [
      kind,
      pooledSpread(own.flatMap(({ before, after }) => [before, after])),
    ]),
  );
  const quotients = pairs.map(({ before, after }) =>
    quotientOf(before, after, spreads.get(before.measure)!, runs, ALPHA / pairs.length),
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
