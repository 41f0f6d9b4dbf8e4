/** From case results to the verdict of a run. A run that proved nothing never passes. */
import { type CaseResult, EXIT_CODES, type Result } from '../../reports/result.ts';

export type RunVerdict = Result['verdict'];

/** Anything that came to an end which a verdict can rest on: a case, or a figure that was to be as promised. */
export type Judged = Pick<CaseResult, 'status'>;

const MUTANT_STATUS = { killed: 'passed', survived: 'failed', error: 'error' } as const;

/** Everything that a verdict rests on. What is shown without a promise, or was measured only, is no part of it. */
export function judgedIn({
  cases,
  fairness,
  mutants,
}: Pick<Result, 'cases' | 'fairness' | 'mutants'>): Judged[] {
  return [
    ...cases,
    ...fairness.flatMap(({ status }) => (status === 'shown' ? [] : [{ status }])),
    ...mutants.map(({ status }) => ({ status: MUTANT_STATUS[status] })),
  ];
}

/** What sessions showed to be set up wrongly, a sentence each. */
export function misconfigurationsIn(sessions: Result['sessions']): string[] {
  return sessions.flatMap(({ misconfigurations }) => misconfigurations.map(({ message }) => message));
}

/**
 * @param problems What happened that makes the run untrustworthy as a whole.
 * @param misconfigurations What was found to be set up wrongly: it explains cases that could not be judged.
 */
export function verdictOf(
  cases: readonly Judged[],
  problems: readonly string[],
  misconfigurations: readonly string[] = [],
): RunVerdict {
  const counts = { passed: 0, failed: 0, skipped: 0, error: 0 };
  for (const { status } of cases) counts[status]++;
  if (misconfigurations.length > 0 && problems.length === 0) {
    return verdict('failed', [...new Set(misconfigurations)], counts);
  }
  const reasons = [...problems];
  if (cases.length === 0) reasons.push('Nothing was tested.');
  else if (counts.passed + counts.failed + counts.error === 0) reasons.push('Every case was skipped.');
  if (counts.error > 0) reasons.push(`${counts.error} of ${cases.length} cases could not be judged.`);
  if (reasons.length > 0) return verdict('untrusted', reasons, counts);
  if (counts.failed > 0) {
    return verdict('failed', [`${counts.failed} of ${cases.length} cases failed.`], counts);
  }
  return verdict('passed', [], counts);
}

export function interruptedVerdict(cases: readonly Judged[], signal: string): RunVerdict {
  return { ...verdictOf(cases, []), ...verdictHead('interrupted', [`Interrupted by ${signal}.`]) };
}

function verdict(status: RunVerdict['status'], reasons: string[], counts: RunVerdict['counts']): RunVerdict {
  return { ...verdictHead(status, reasons), counts };
}

function verdictHead(status: RunVerdict['status'], reasons: string[]) {
  return { status, exitCode: EXIT_CODES[status], reasons };
}
