import { columnsOf } from '../columns.ts';
import type { Result } from '../result.ts';
import { MEANINGS, type Status, SYMBOLS } from '../status.ts';
import { statusesIn } from '../tables/fairness.ts';
import { casesTable } from '../tables/matrix.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { wideTableLines } from './table.ts';

/** The matrix case × mode, and what its symbols mean. */
export function matrixLines(result: Pick<Result, 'sessions' | 'cases'>, screen: Screen): string[] {
  if (result.cases.length === 0) return [];
  return [...wideTableLines(casesTable(result), screen, 1), '', ...legendLines(result.cases, screen)];
}

/** What the symbols in use mean: in one line if it fits. */
export function legendLines(items: readonly { readonly status: Status }[], screen: Screen): string[] {
  const used = statusesIn(items);
  const entry = (status: Status) =>
    `${screen.paint(STATUS_STYLES[status], SYMBOLS[status])} ${MEANINGS[status]}`;
  const columns = used.reduce((sum, status) => sum + columnsOf(MEANINGS[status]) + 5, 0);
  return columns <= screen.columns
    ? [`  ${used.map(entry).join('   ')}`]
    : used.map((status) => `  ${entry(status)}`);
}
