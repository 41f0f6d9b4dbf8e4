import type { CaseResult } from './result.ts';
import type { FairnessResult, MutantResult } from './result-figures.ts';

/** Of a case, or of what was measured of fairness. */
export type Status = CaseResult['status'] | FairnessResult['status'];

/** One character a status, told apart without colour. */
export const SYMBOLS: Readonly<Record<Status, string>> = {
  passed: '✓',
  failed: '✗',
  skipped: '–',
  error: '!',
  shown: '○',
};

/** What the symbols mean, for legends. */
export const MEANINGS: Readonly<Record<Status, string>> = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  error: 'could not be judged',
  shown: 'measured only, nothing to check',
};

/** How a mutant’s fate is shown: the cases passed this test, or they did not. */
export const MUTANT_STATUSES: Readonly<Record<MutantResult['status'], Status>> = {
  killed: 'passed',
  survived: 'failed',
  error: 'error',
};

/** Those that a case can have. */
export const STATUSES: readonly CaseResult['status'][] = ['passed', 'failed', 'skipped', 'error'];

const WORST_FIRST: readonly Status[] = ['failed', 'error', 'passed', 'shown', 'skipped'];

/** Failed or impossible to judge: somebody has to look at it. */
export function isProblem({ status }: { readonly status: Status }): boolean {
  return status === 'failed' || status === 'error';
}

/** What to say of several at once; undefined of none. Where something passed, what was skipped beside it does not count. */
export function worstStatus(items: readonly { readonly status: Status }[]): Status | undefined {
  return WORST_FIRST.find((status) => items.some((item) => item.status === status));
}

/** How many of these passed, out of those that were judged: `14 of 15`; and how many were measured only. */
export function tally(items: readonly { readonly status: Status }[]): {
  held: number;
  judged: number;
  shown: number;
} {
  const judged = items.filter(({ status }) => status !== 'skipped' && status !== 'shown');
  return {
    held: judged.filter((item) => !isProblem(item)).length,
    judged: judged.length,
    shown: items.filter(({ status }) => status === 'shown').length,
  };
}
