/** The gate's report as Markdown: for a job summary or a pull request. */

import { code, list, table, text } from '../../../reports/markdown/syntax.ts';
import { count } from '../../../statistics/number-text.ts';
import { fails } from '../comparison.ts';
import type { GateReport } from '../gate.ts';
import { baselineText, countsOf, detectable, grouped, headline, intervalOf, timed, times } from './words.ts';

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
      ...report.reasons.map(text),
    ]),
    ...grouped(report.comparisons)
      .filter(({ answer }) => !UNTOLD.has(answer))
      .flatMap(({ answer, own }) => {
        const mark = own.some((one) => fails(one, report.strict)) ? '❌ ' : '';
        return [
          `## ${mark}${answer}: ${count(own.length)}`,
          table(
            ['what', 'how'],
            own.slice(0, LISTED).map(({ key, sentence }) => [code(key), text(sentence)]),
          ),
          own.length > LISTED ? `And ${count(own.length - LISTED)} more.` : '',
        ];
      }),
    ...timingBlocks(report),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function timingBlocks(report: GateReport): string[] {
  const rows = timed(report);
  if (rows.length === 0) return [];
  return [
    '## Timings',
    table(
      ['benchmark', 'times the baseline', 'for sure', 'smallest loss found', 'answer'],
      rows.map(({ key, quotient, answer }) => [
        code(key),
        times(quotient.value),
        intervalOf(quotient),
        detectable(quotient),
        answer,
      ]),
    ),
  ];
}
