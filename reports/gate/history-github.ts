/** A history for GitHub: the job's summary, and an error for each benchmark that got worse. */
import { annotation } from '../github.ts';
import { list, markdownTable, text } from '../markdown/syntax.ts';
import type { HistoryReport } from './history-document.ts';
import {
  changeText,
  historyHeadline,
  historyScope,
  runText,
  TRENDS_NOTE,
  trendCounts,
  trendsTable,
} from './history-words.ts';

/** GitHub shows ten errors of a step. */
const SHOWN = 10;

export function historyMarkdown(report: HistoryReport): string {
  const changed = report.trends.filter(({ lastChange }) => lastChange !== undefined);
  const blocks = [
    `# History: ${text(historyHeadline(report))}`,
    list(
      [
        historyScope(report),
        `Benchmarks: ${trendCounts(report.trends) || 'none'}`,
        ...report.reasons,
        ...report.leftOut.map((one) => `Left out: ${one}`),
      ].map(text),
    ),
    ...(changed.length === 0 ? [] : [markdownTable(trendsTable(changed)), TRENDS_NOTE]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export function historyAnnotations({ reasons, trends }: HistoryReport): string {
  const worse = trends.filter(({ answer }) => answer === 'worse');
  const lines = [
    ...reasons.map((reason) => annotation('error', 'History', reason)),
    ...worse.map((one) =>
      annotation(
        'error',
        one.key,
        `${changeText(one)} since ${one.lastChange && runText(one.lastChange.run)}`,
      ),
    ),
  ].slice(0, SHOWN);
  return lines.map((line) => `${line}\n`).join('');
}
