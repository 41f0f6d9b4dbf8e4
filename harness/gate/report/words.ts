/** What every report of the gate says, in the same words. */
import { count, percent } from '../../../statistics/number-text.ts';
import { ANSWERS, type Answer, type Comparison, fails } from '../comparison.ts';
import type { GateReport } from '../gate.ts';
import type { Quotient } from '../timing/quotient.ts';

/** `Worse than the baseline: 1 worse, 2 vanished` */
export function headline(report: GateReport): string {
  const failing = report.comparisons.filter((one) => fails(one, report.strict));
  switch (report.status) {
    case 'passed':
      return 'As good as the baseline';
    case 'regression':
      return `Worse than the baseline: ${countsOf(failing)}`;
    case 'untrusted':
      return 'Untrusted: nothing is proven';
  }
}

/** `1,204 same, 3 new` */
export function countsOf(comparisons: readonly Comparison[]): string {
  return grouped(comparisons)
    .map(({ answer, own }) => `${count(own.length)} ${answer}`)
    .join(', ');
}

/** By answer, worst first. */
export function grouped(
  comparisons: readonly Comparison[],
): { readonly answer: Answer; readonly own: readonly Comparison[] }[] {
  const groups = Map.groupBy(comparisons, ({ answer }) => answer);
  return ANSWERS.flatMap((answer) => {
    const own = groups.get(answer);
    return own === undefined ? [] : [{ answer, own }];
  });
}

/** Those with a quotient, in the order in which benchmarks are listed. */
export function timed(report: GateReport): (Comparison & { readonly quotient: Quotient })[] {
  return report.comparisons
    .filter((one): one is Comparison & { readonly quotient: Quotient } => one.quotient !== undefined)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** `×0.98`, and its interval: `0.95 to 1.01`. */
export function times(value: number): string {
  return `×${digits(value)}`;
}

export function intervalOf({ low, high }: Quotient): string {
  return `${digits(low)} to ${digits(high)}`;
}

/** Where next to nothing is known, how little does not matter. */
function digits(value: number): string {
  return value < 100 ? value.toFixed(2) : '>100';
}

/** `12 %`, the smallest loss that would be found. */
export function detectable({ detectableLoss }: Quotient): string {
  return percent(detectableLoss);
}

/** What the run was held against: `0.1.0 of 2026-03-01, 3 runs on Example CPU with 2 cores`. */
export function baselineText({ baseline }: GateReport): string {
  const { version, startedAt, runs, machine } = baseline;
  const made = runs === 1 ? '1 run' : `${runs} runs`;
  return `${version} of ${startedAt.slice(0, 10)}, ${made} on ${machine.cpu} with ${machine.cores} cores`;
}
