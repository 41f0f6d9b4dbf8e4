/** What a replay prints. */
import type { CaseResult, Difference } from './recording.ts';

export interface FileResult {
  readonly path: string;
  readonly format: string;
  readonly cases: readonly CaseResult[];
  readonly tookMs: number;
}

/** One line per file, and the first difference of each case that differs. */
export function renderFile(result: FileResult): string {
  const { cases, steps, notPlayed } = tally(result);
  const verdict = cases.different === 0 ? 'equal' : 'DIFFERENT';
  const lines = [
    `${verdict.padEnd(9)} ${result.path}: ${cases.equal} of ${cases.total} cases, ${steps.equal} of ${steps.total} steps equal${notPlayed > 0 ? `, ${notPlayed} not played` : ''}`,
  ];
  for (const { name, first } of result.cases) {
    if (first !== undefined) lines.push(...renderDifference(name, first).map((line) => `  ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

function renderDifference(name: string, { step, action, findings, before }: Difference): string[] {
  const where = step < 0 ? 'before the first step' : `step ${step + 1}`;
  return [
    `${name}, ${where}: ${action}`,
    ...findings.map((finding) => `  ${finding}`),
    ...(before.length > 0 ? ['  before it:', ...before.map((line) => `    ${line}`)] : []),
  ];
}

export function renderTotal(results: readonly FileResult[]): string {
  const tallies = results.map(tally);
  const sum = (of: (one: ReturnType<typeof tally>) => number) => tallies.reduce((n, one) => n + of(one), 0);
  return (
    `${results.length} files: ${sum((t) => t.cases.equal)} of ${sum((t) => t.cases.total)} cases, ` +
    `${sum((t) => t.steps.equal)} of ${sum((t) => t.steps.total)} steps equal\n`
  );
}

/** For machines. */
export function summaryOf(result: FileResult) {
  return {
    file: result.path,
    format: result.format,
    ...tally(result),
    differences: result.cases
      .filter(({ first }) => first !== undefined)
      .map(({ name, first }) => ({ case: name, ...first })),
  };
}

function tally({ cases }: FileResult) {
  const different = cases.filter(({ first }) => first !== undefined).length;
  const steps = cases.reduce((n, one) => n + one.steps, 0);
  const differentSteps = cases.reduce((n, one) => n + one.differentSteps, 0);
  return {
    cases: { total: cases.length, equal: cases.length - different, different },
    steps: { total: steps, equal: steps - differentSteps, different: differentSteps },
    notPlayed: cases.reduce((n, one) => n + (one.notPlayed ?? 0), 0),
  };
}
