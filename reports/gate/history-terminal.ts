/** A history for a terminal: a table of what changed, the verdict last. */
import { plain, wrap } from '../columns.ts';
import type { Screen } from '../terminal/screen.ts';
import { tableLines } from '../terminal/table.ts';
import type { HistoryReport } from './history-document.ts';
import { historyHeadline, historyScope, TRENDS_NOTE, trendCounts, trendsTable } from './history-words.ts';

/** @param verbose With benchmarks that did not change. */
export function historyText(
  report: HistoryReport,
  screen: Screen,
  { verbose = false }: { readonly verbose?: boolean } = {},
): string {
  const listed = report.trends.filter(
    ({ answer }) => verbose || (answer !== 'steady' && answer !== 'too few'),
  );
  const lines = (text: string, indent = 0) =>
    wrap(plain(text), screen.columns - indent).map((line) => ' '.repeat(indent) + line);
  const style = { passed: 'green', regression: 'red', untrusted: 'yellow' } as const;
  const blocks = [
    listed.length === 0
      ? []
      : [
          ...tableLines(trendsTable(listed), screen),
          ...lines(TRENDS_NOTE, 2).map((line) => screen.paint('dim', line)),
        ],
    [...report.reasons, ...report.leftOut.map((one) => `Left out: ${one}`)].flatMap((one) => lines(one, 2)),
    [
      ...lines(`History: ${historyScope(report)}`),
      ...lines(`Benchmarks: ${trendCounts(report.trends) || 'none'}`),
      ...lines(`${historyHeadline(report)} (exit code ${report.exitCode})`).map((line) =>
        screen.paint('bold', screen.paint(style[report.status], line)),
      ),
    ],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}
