import type { CaseResult } from './result.ts';

export type Status = CaseResult['status'];

/** One character a status, told apart without colour. */
export const SYMBOLS: Readonly<Record<Status, string>> = {
  passed: '✓',
  failed: '✗',
  skipped: '–',
  error: '!',
};

/** What the symbols mean, for legends. */
export const MEANINGS: Readonly<Record<Status, string>> = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  error: 'could not be judged',
};

export const STATUSES: readonly Status[] = ['passed', 'failed', 'skipped', 'error'];

/** Failed or impossible to judge: somebody has to look at it. */
export function isProblem({ status }: CaseResult): boolean {
  return status === 'failed' || status === 'error';
}
