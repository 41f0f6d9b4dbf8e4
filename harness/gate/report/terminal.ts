/** The gate's report for a terminal: what got worse first and in full, the verdict last. */

import type { Screen, Style } from '../../../reports/terminal/screen.ts';
import { type Column, table } from '../../../reports/terminal/table.ts';
import { plain, wrap } from '../../../reports/terminal/text.ts';
import { count } from '../../../statistics/number-text.ts';
import type { Answer, Comparison } from '../comparison.ts';
import type { GateReport } from '../gate.ts';
import { baselineText, countsOf, detectable, grouped, headline, intervalOf, timed, times } from './words.ts';

/** How each answer is shown, and of how many it is said what they are. */
const SHOWN: Readonly<Record<Answer, { readonly style: Style; readonly listed: number }>> = {
  worse: { style: 'red', listed: 40 },
  changed: { style: 'red', listed: 40 },
  vanished: { style: 'red', listed: 40 },
  'unexpected pass': { style: 'red', listed: 40 },
  'no such case': { style: 'red', listed: 40 },
  noisy: { style: 'yellow', listed: 40 },
  'not compared': { style: 'yellow', listed: 3 },
  'expected failure': { style: 'dim', listed: 40 },
  better: { style: 'green', listed: 10 },
  new: { style: 'dim', listed: 5 },
  same: { style: 'dim', listed: 0 },
};

export function gateText(report: GateReport, screen: Screen): string {
  const blocks = [
    ...grouped(report.comparisons).map(({ answer, own }) => group(answer, own, screen)),
    timingTable(report, screen),
    report.reasons.flatMap((reason) => indented(reason, 2, screen)),
    verdictLines(report, screen),
  ];
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function group(answer: Answer, own: readonly Comparison[], screen: Screen): string[] {
  const { style, listed } = SHOWN[answer];
  if (listed === 0) return [];
  const heading = screen.paint('bold', screen.paint(style, `${answer}: ${count(own.length)}`));
  const left = own.length - listed;
  return [
    heading,
    ...own.slice(0, listed).flatMap((one) => entry(one, screen)),
    ...(left > 0 ? [screen.paint('dim', `  and ${count(left)} more (--json has all)`)] : []),
  ];
}

function entry({ key, sentence }: Comparison, screen: Screen): string[] {
  return [
    ...indented(key, 2, screen),
    ...(sentence === '' ? [] : indented(sentence, 6, screen).map((line) => screen.paint('dim', line))),
  ];
}

function timingTable(report: GateReport, screen: Screen): string[] {
  const rows = timed(report);
  if (rows.length === 0) return [];
  const columns: Column<(typeof rows)[number]>[] = [
    { heading: 'benchmark', value: ({ key }) => key },
    { heading: 'now', align: 'right', value: ({ quotient }) => times(quotient.value) },
    { heading: 'for sure', value: ({ quotient }) => intervalOf(quotient) },
    { heading: 'finds', align: 'right', value: ({ quotient }) => detectable(quotient) },
    { heading: '', value: ({ answer }) => answer, style: ({ answer }) => SHOWN[answer].style },
  ];
  return [
    screen.paint('bold', 'timings, beside references measured in turns'),
    ...table(screen, columns, rows, 2),
    ...indented(
      'now: times the baseline, above 1 is better; for sure: all of these intervals hold at once; finds: the smallest loss that would be found nine times in ten.',
      2,
      screen,
    ).map((line) => screen.paint('dim', line)),
  ];
}

function verdictLines(report: GateReport, screen: Screen): string[] {
  const style = report.status === 'passed' ? 'green' : report.status === 'regression' ? 'red' : 'yellow';
  return [
    ...indented(`Baseline: ${baselineText(report)}`, 0, screen),
    ...indented(`Compared: ${countsOf(report.comparisons) || 'nothing'}`, 0, screen),
    ...wrap(`${headline(report)} (exit code ${report.exitCode})`, screen.columns).map((line) =>
      screen.paint('bold', screen.paint(style, line)),
    ),
  ];
}

function indented(text: string, columns: number, screen: Screen): string[] {
  return wrap(plain(text), screen.columns - columns).map((line) => ' '.repeat(columns) + line);
}
