/** From case results to the verdict of a run. A run that proved nothing never passes. */

import { CodedError } from '../../director/coded-error.ts';
import { MODES } from '../../lab/modes.ts';
import { type CaseResult, EXIT_CODES, type Result } from '../../reports/result.ts';
import { counted, countedOf } from '../../statistics/number-text.ts';

export type RunVerdict = Result['verdict'];

/** Anything that came to an end which a verdict can rest on: a case, or a figure that was to be as promised. */
export type Judged = Pick<CaseResult, 'status'>;

const MUTANT_STATUS = { killed: 'passed', survived: 'failed', error: 'error' } as const;

/** Everything that a verdict rests on. What is shown without a promise, or was measured only, is no part of it. */
export function judgedIn({
  cases,
  fairness,
  faults = [],
  mutants,
  replay,
}: Pick<Result, 'cases' | 'fairness' | 'faults' | 'mutants' | 'replay'>): Judged[] {
  return [
    ...cases,
    ...fairness.flatMap(({ status }) => (status === 'shown' ? [] : [{ status }])),
    ...faults,
    ...mutants.map(({ status }) => ({ status: MUTANT_STATUS[status] })),
    ...(replay?.files ?? []).flatMap(({ cases: { equal, different } }) => [
      ...Array.from({ length: equal }, () => ({ status: 'passed' }) as const),
      ...Array.from({ length: different }, () => ({ status: 'failed' }) as const),
    ]),
  ];
}

/** Figures that were measured: a run that was to measure only has proven something with them. */
export function measuredIn({
  fairness,
  throughput,
  scale,
  micro = [],
  generated,
}: Pick<Result, 'fairness' | 'throughput' | 'scale' | 'micro' | 'generated'>): number {
  return (
    fairness.filter(({ status }) => status !== 'skipped' && status !== 'error').length +
    throughput.filter(({ status }) => status === 'measured').length +
    scale.length +
    micro.length +
    (generated?.mutants.length ?? 0)
  );
}

/** Schedulers that must decide alike in all modes, or in some of them, and did not: a sentence each. */
export function unlikeAcrossModes(acrossModes: Result['acrossModes']): string[] {
  return acrossModes.flatMap(({ scheduler, situation, alike, mustBeAlike, unlike }) => {
    const where = situation === undefined ? '' : ` (${situation})`;
    if (mustBeAlike && !alike) return [`${scheduler} does not decide alike in all modes${where}, but must.`];
    if (unlike === undefined) return [];
    const modes = unlike.map((mode) => MODES[mode].label).join(' and ');
    return [
      `${scheduler} does not decide alike in ${modes}${where}, but must: the director sees the same there.`,
    ];
  });
}

/** What sessions showed to be set up wrongly, a sentence each. */
export function misconfigurationsIn(sessions: Result['sessions']): string[] {
  return sessions.flatMap(({ misconfigurations }) => misconfigurations.map(({ message }) => message));
}

/** What the command was given and could not use, a sentence each. */
export function unusableIn({ replay }: Pick<Result, 'replay'>): string[] {
  const files = replay?.errors.length ?? 0;
  return files === 0 ? [] : [`${counted(files, 'file')} could not be replayed.`];
}

export interface Evidence {
  /** What was found to be set up wrongly: it explains cases that could not be judged. */
  readonly misconfigurations?: readonly string[];
  /** What is not as it must be, beside the cases: a sentence each. */
  readonly failures?: readonly string[];
  /** What the command was given and could not use, a sentence each: it ends as bad usage does. */
  readonly unusable?: readonly string[];
  /** How many figures were measured. */
  readonly measured?: number;
}

/** @param problems What happened that makes the run untrustworthy as a whole. */
export function verdictOf(
  cases: readonly Judged[],
  problems: readonly string[],
  { misconfigurations = [], failures = [], unusable = [], measured = 0 }: Evidence = {},
): RunVerdict {
  const counts = { passed: 0, failed: 0, skipped: 0, error: 0 };
  for (const { status } of cases) counts[status]++;
  if (misconfigurations.length > 0 && problems.length === 0) {
    return verdict('failed', [...new Set(misconfigurations)], counts);
  }
  if (unusable.length > 0) {
    const reasons = [...problems, ...unusable];
    return { ...verdict('untrusted', reasons, counts), exitCode: EXIT_CODES.usage };
  }
  const reasons = [...problems];
  if (measured + counts.passed + counts.failed + counts.error === 0) {
    reasons.push(cases.length === 0 ? 'Nothing was tested.' : 'Every case was skipped.');
  }
  if (counts.error > 0) reasons.push(`${countedOf(counts.error, cases.length, 'case')} could not be judged.`);
  if (reasons.length > 0) return verdict('untrusted', reasons, counts);
  const failed = counts.failed > 0 ? [`${countedOf(counts.failed, cases.length, 'case')} failed.`] : [];
  if (failed.length + failures.length > 0) return verdict('failed', [...failed, ...failures], counts);
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

/** Something happened after which no verdict can be believed, whatever the checks would say. Exit code 5. */
export class UntrustedError extends CodedError {
  readonly code = 'UNTRUSTED';
}
