import type { Result } from './result.ts';
import type { FairnessResult } from './result-figures.ts';
import { MODES } from './suites.ts';

/** Everything that was measured of fairness in one situation, such as servers of different speed. */
export interface Situation {
  readonly name: string;
  readonly title: string;
  readonly modes: readonly FairnessResult['mode'][];
  /** Names of all figures that any result has, in the order in which they came. */
  readonly figures: readonly string[];
  readonly schedulers: readonly SchedulerInSituation[];
}

/** One scheduler of one director in a situation, in each mode in which it was tried. */
export interface SchedulerInSituation {
  readonly director: string;
  readonly scheduler: string;
  /** `wrr`, or `wrr ipvs` where there are several directors. */
  readonly label: string;
  readonly results: readonly FairnessResult[];
}

export function situationsOf({ fairness }: Pick<Result, 'fairness'>): Situation[] {
  const severalDirectors = new Set(fairness.map(({ director }) => director)).size > 1;
  return [...Map.groupBy(fairness, ({ situation }) => situation)].map(([name, results]) => ({
    name,
    title: results[0]?.title ?? name,
    modes: MODES.filter((mode) => results.some((one) => one.mode === mode)),
    figures: [...new Set(results.flatMap(({ figures }) => Object.keys(figures)))],
    schedulers: [...Map.groupBy(results, (one) => `${one.scheduler}\n${one.director}`).values()].map(
      (own) => {
        const { scheduler, director } = own[0]!;
        return {
          scheduler,
          director,
          label: severalDirectors ? `${scheduler} ${director}` : scheduler,
          results: own,
        };
      },
    ),
  }));
}
