/** What every report of the gate says, in the same words. */
import { count, counted, percent } from '../../statistics/number-text.ts';
import { type ColumnOf, type Table, tableOf } from '../table.ts';
import { ANSWERS, type Answer, type Comparison, fails, type GateReport, type Quotient } from './document.ts';

/** `Worse than the baseline: 1 worse, 2 vanished`, and why performance was not judged where it was not. */
export function headline(report: GateReport): string {
  const failing = report.comparisons.filter((one) => fails(one, report.strict));
  switch (report.status) {
    case 'passed':
      return `As good as the baseline${whatWasNotJudged(report)}`;
    case 'regression':
      return `Worse than the baseline: ${countsOf(failing)}${whatWasNotJudged(report)}`;
    case 'untrusted':
      return 'Untrusted: nothing is proven';
  }
}

/** On another machine the gate says nothing of speed, and that belongs into its verdict. */
function whatWasNotJudged({ comparisons }: GateReport): string {
  const timing = comparisons.find(({ answer }) => answer === 'not compared');
  return timing === undefined ? '' : `; performance was not judged (${timing.sentence})`;
}

/** `1,204 same, 3 new` */
export function countsOf(comparisons: readonly Comparison[]): string {
  return grouped(comparisons)
    .map(({ answer, own }) => `${count(own.length)} ${answer}`)
    .join(', ');
}

/** What each director comes to, where there are several: `nft: 2 worse, 80 same`. */
export function directorTexts({ comparisons }: GateReport): string[] {
  const own = Map.groupBy(comparisons, ({ director }) => director);
  own.delete(undefined);
  return own.size < 2 ? [] : [...own].map(([director, found]) => `${director}: ${countsOf(found)}`);
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

type Timed = Comparison & { readonly quotient: Quotient };

/** Timings, in the order in which benchmarks are listed; undefined where there are none. */
export function timingsTable({ comparisons, strict }: GateReport): Table | undefined {
  const timed = comparisons
    .filter((one): one is Timed => one.quotient !== undefined)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const columns: ColumnOf<Timed>[] = [
    { heading: 'benchmark', isCode: true, cell: ({ key }) => key },
    { heading: 'times the baseline', align: 'right', cell: ({ quotient }) => `×${digits(quotient.value)}` },
    { heading: 'interval', cell: ({ quotient: { low, high } }) => `${digits(low)} to ${digits(high)}` },
    {
      heading: 'smallest loss found',
      align: 'right',
      cell: ({ quotient }) => percent(quotient.detectableLoss),
    },
    {
      heading: 'answer',
      cell: (one) => ({ text: one.answer, ...(fails(one, strict) && { emphasis: 'bad' }) }),
    },
  ];
  return timed.length === 0 ? undefined : tableOf(columns, timed);
}

/** What the table of timings means. */
export const TIMINGS_NOTE =
  'Times the baseline: above 1 is better. All intervals hold at once. The smallest loss found is the one that would be found nine times in ten.';

/** Where next to nothing is known, how little does not matter. */
function digits(value: number): string {
  return value < 100 ? value.toFixed(2) : '>100';
}

/** What the run was compared with: `0.1.0 of 2026-03-01, 3 runs on Example CPU with 2 cores`. */
export function baselineText({ baseline }: GateReport): string {
  const { version, startedAt, runs, machine } = baseline;
  return `${version} of ${startedAt.slice(0, 10)}, ${counted(runs, 'run')} on ${machine.cpu} with ${counted(machine.cores, 'core')}`;
}
