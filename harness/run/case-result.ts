/** Turns the outcome of a check into a case of the result. */
import type { Mode } from '../../lab/index.ts';
import type { CaseResult } from '../../reports/result.ts';
import { LISTED_FINDINGS, relativeTo } from '../../scenarios/kit/finding.ts';
import { caseId, type Requirement, sourceText } from '../../scenarios/kit/requirement.ts';
import type { CheckResult } from '../../scenarios/kit/session-case.ts';
import { UnjudgedError } from '../../scenarios/kit/unjudged-error.ts';
import { messageOf } from './result-folder.ts';

export type Judged = Pick<
  CaseResult,
  'status' | 'reason' | 'evidence' | 'examined' | 'findings' | 'findingsLeftOut'
>;

/** Where a case was tried. */
export interface Tried extends Pick<CaseResult, 'director' | 'scheduler' | 'lab'> {
  readonly mode: Mode;
}

export function caseResult(
  requirement: Requirement,
  { mode, director, scheduler, lab }: Tried,
  judged: Judged,
): CaseResult {
  return {
    id: caseId(requirement, mode),
    title: requirement.title,
    requirement: requirement.requirement,
    source: sourceText(requirement.sources),
    mode,
    director,
    scheduler,
    lab,
    ...judged,
  };
}

const NOTHING = { evidence: 'nothing', examined: 0, findings: [], findingsLeftOut: 0 };

export function asSkipped(reason: string): Judged {
  return { ...NOTHING, status: 'skipped', reason };
}

/** It did not come to what was to be looked at, and that is the director’s doing. */
export function asFailed(found: CheckResult['findings'][number]): Judged {
  return { ...NOTHING, status: 'failed', findings: [found], findingsLeftOut: 0 };
}

/** It could not be judged: that is no pass. */
export function asError(reason: string): Judged {
  return { ...NOTHING, status: 'error', reason };
}

/** @param check Whose exception is no verdict either. @param resultDirectory Where the result file will lie. */
export function judgedBy(check: () => CheckResult, resultDirectory: string): Judged {
  let outcome: CheckResult;
  try {
    outcome = check();
  } catch (error) {
    if (error instanceof UnjudgedError) return asError(error.message);
    return asError(`the check itself failed: ${messageOf(error)}`);
  }
  const { examined, evidence, findings } = outcome;
  return {
    status: findings.length > 0 ? 'failed' : examined > 0 ? 'passed' : 'error',
    ...(findings.length === 0 && examined === 0
      ? { reason: 'no matching packet was captured, so this could not be judged' }
      : {}),
    evidence,
    examined,
    findings: findings.slice(0, LISTED_FINDINGS).map((one) => relativeTo(resultDirectory, one)),
    findingsLeftOut: Math.max(0, findings.length - LISTED_FINDINGS),
  };
}
