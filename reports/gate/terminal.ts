/** The gate's report for a terminal: what got worse first and in full, the verdict last. */
import { count } from '../../statistics/number-text.ts';
import { plain, wrap } from '../columns.ts';
import type { Screen, Style } from '../terminal/screen.ts';
import { tableLines } from '../terminal/table.ts';
import type { Answer, Comparison, GateReport } from './document.ts';
import { baselineText, countsOf, grouped, headline, TIMINGS_NOTE, timingsTable } from './words.ts';

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
    timingLines(report, screen),
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

function timingLines(report: GateReport, screen: Screen): string[] {
  const table = timingsTable(report);
  if (table === undefined) return [];
  return [
    screen.paint('bold', 'timings, beside references measured in turns'),
    ...tableLines(table, screen),
    ...indented(TIMINGS_NOTE, 2, screen).map((line) => screen.paint('dim', line)),
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
