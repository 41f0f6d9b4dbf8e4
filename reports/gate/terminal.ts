/** The gate's report for a terminal: what got worse first and in full, the verdict last. */
import { count } from '../../statistics/number-text.ts';
import { plain, wrap } from '../columns.ts';
import type { Screen, Style } from '../terminal/screen.ts';
import { tableLines } from '../terminal/table.ts';
import { type Answer, type Comparison, fails, type GateReport } from './document.ts';
import {
  baselineText,
  countsOf,
  directorTexts,
  grouped,
  headline,
  TIMINGS_NOTE,
  timingsTable,
} from './words.ts';

/** How each answer is shown, and how many are told one by one where not all are asked for. */
const SHOWN: Readonly<Record<Answer, { readonly style: Style; readonly listed: number }>> = {
  worse: { style: 'red', listed: 40 },
  changed: { style: 'red', listed: 40 },
  vanished: { style: 'red', listed: 40 },
  'unexpected pass': { style: 'red', listed: 40 },
  'no such case': { style: 'red', listed: 40 },
  noisy: { style: 'yellow', listed: 2 },
  'not compared': { style: 'yellow', listed: 1 },
  'expected failure': { style: 'dim', listed: 2 },
  better: { style: 'green', listed: 2 },
  new: { style: 'dim', listed: 2 },
  same: { style: 'dim', listed: 0 },
};

/** @param verbose With every comparison that is not the same, and a table of all timings. */
export function gateText(
  report: GateReport,
  screen: Screen,
  { verbose = false }: { readonly verbose?: boolean } = {},
): string {
  const blocks = [
    ...grouped(report.comparisons).map((one) => group(one, report.strict, screen, verbose)),
    verbose ? timingLines(report, screen) : [],
    report.reasons.flatMap((reason) => indented(reason, 2, screen)),
    verdictLines(report, screen),
  ];
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function group(
  { answer, own }: ReturnType<typeof grouped>[number],
  strict: boolean,
  screen: Screen,
  verbose: boolean,
): string[] {
  const { style, listed } = SHOWN[answer];
  if (listed === 0) return [];
  // Where it is what fails, it is told like everything that fails.
  const most = verbose ? own.length : own.some((one) => fails(one, strict)) ? SHOWN.worse.listed : listed;
  const more =
    own.length > most ? screen.paint('dim', ` (${count(most)} of them here; --verbose has all)`) : '';
  return [
    screen.paint('bold', screen.paint(style, `${answer}: ${count(own.length)}`)) + more,
    ...own.slice(0, most).flatMap((one) => entry(one, screen)),
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
    ...directorTexts(report).flatMap((one) => indented(one, 2, screen)),
    ...wrap(`${headline(report)} (exit code ${report.exitCode})`, screen.columns).map((line) =>
      screen.paint('bold', screen.paint(style, line)),
    ),
  ];
}

function indented(text: string, columns: number, screen: Screen): string[] {
  return wrap(plain(text), screen.columns - columns).map((line) => ' '.repeat(columns) + line);
}
