/** What a failure is worth on a machine that is too busy for what goes by time. */
import type { Judged } from '../run/case-result.ts';
import type { CaseRun } from './case-run.ts';

/** A failure of a case that did not have its time is none: it is told, and could not be judged. */
export function inTime({ late }: Pick<CaseRun, 'late'>, judged: Judged): Judged {
  if (late === undefined || judged.status !== 'failed') return judged;
  const reason = `it failed, but this machine is too busy to tell whether by its own fault: ${late}`;
  return { ...judged, status: 'error', reason };
}
