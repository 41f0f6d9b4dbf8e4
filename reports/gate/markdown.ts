/** The gate's report as Markdown: for a job summary or a pull request. */
import { count } from '../../statistics/number-text.ts';
import { code, list, markdownTable, text } from '../markdown/syntax.ts';
import { type Table, tableOf } from '../table.ts';
import { type Comparison, fails, type GateReport } from './document.ts';
import {
  baselineText,
  countsOf,
  directorTexts,
  grouped,
  headline,
  TIMINGS_NOTE,
  timingsTable,
} from './words.ts';

/** Of each answer; a job summary has its limits, and so have people. */
const LISTED = 50;
const UNTOLD = new Set(['same', 'new']);

export function gateMarkdown(report: GateReport): string {
  const blocks = [
    `# Gate: ${text(headline(report))}`,
    list([
      `Baseline: ${text(baselineText(report))}`,
      `Run: ${code(report.run.id)} of ${text(report.run.version)}`,
      `Compared: ${text(countsOf(report.comparisons) || 'nothing')}`,
      ...directorTexts(report).map(text),
      ...report.reasons.map(text),
    ]),
    ...grouped(report.comparisons)
      .filter(({ answer }) => !UNTOLD.has(answer))
      .flatMap(({ answer, own }) => {
        const mark = own.some((one) => fails(one, report.strict)) ? '❌ ' : '';
        return [
          `## ${mark}${answer}: ${count(own.length)}`,
          markdownTable(comparisonsTable(own.slice(0, LISTED))),
          own.length > LISTED ? `And ${count(own.length - LISTED)} more.` : '',
        ];
      }),
    ...timingBlocks(report),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function comparisonsTable(comparisons: readonly Comparison[]): Table {
  return tableOf<Comparison>(
    [
      { heading: 'what', isCode: true, cell: ({ key }) => key },
      { heading: 'how', cell: ({ sentence }) => sentence },
    ],
    comparisons,
  );
}

function timingBlocks(report: GateReport): string[] {
  const table = timingsTable(report);
  return table === undefined ? [] : ['## Timings', markdownTable(table), TIMINGS_NOTE];
}
