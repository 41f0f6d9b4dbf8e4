import { ALL_MODES, MODES } from '../lab/modes.ts';
import type { CaseResult, Result } from './result.ts';
import type { FairnessResult } from './result-figures.ts';
import { liveSuitesOf, type Suite, suiteKey } from './suites.ts';

/** What was seen of each scheduler (rows) in each mode with each director (columns). */
export interface Overview {
  readonly columns: readonly OverviewColumn[];
  readonly rows: readonly { readonly scheduler: string; readonly cells: readonly OverviewCell[] }[];
}

export interface OverviewColumn {
  readonly mode: CaseResult['mode'];
  readonly director: string;
  /** `NAT`, or `NAT ipvs` where there are several directors. */
  readonly label: string;
}

/** Nothing at all was tried where `suite` is absent and `fairness` empty. */
export interface OverviewCell {
  readonly suite?: Suite;
  readonly fairness: readonly FairnessResult[];
}

export function overviewOf(result: Pick<Result, 'sessions' | 'cases' | 'fairness'>): Overview {
  const suites = liveSuitesOf(result);
  const tried = [...suites, ...result.fairness];
  const directors = unique(tried.map(({ director }) => director));
  const columns = ALL_MODES.flatMap((mode) =>
    directors
      .filter((director) => tried.some((one) => one.mode === mode && one.director === director))
      .map((director) => ({
        mode,
        director,
        label: directors.length > 1 ? `${MODES[mode].label} ${director}` : MODES[mode].label,
      })),
  );
  const rows = unique(tried.map(({ scheduler }) => scheduler)).map((scheduler) => ({
    scheduler,
    cells: columns.map(({ mode, director }) => {
      const key = suiteKey({ mode, director, scheduler });
      const suite = suites.find((one) => one.key === key);
      return { ...(suite && { suite }), fairness: result.fairness.filter((one) => suiteKey(one) === key) };
    }),
  }));
  return { columns, rows };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
