import { columnsOf, cut } from '../columns.ts';
import type { Screen, Style } from './screen.ts';
import { fitted, plain } from './text.ts';

export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
  readonly style?: (row: Row) => Style | undefined;
}

const GAP = 2;

/**
 * Lines of a table, each no wider than the screen. Columns are as wide as what they hold; if that is too much, the
 * widest gives way.
 */
export function table<Row>(
  screen: Screen,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  indent: number,
): string[] {
  const headings = columns.map(({ heading }) => plain(heading));
  const texts = rows.map((row) => columns.map(({ value }) => plain(value(row))));
  const widths = headings.map((heading, index) =>
    Math.max(columnsOf(heading), ...texts.map((cells) => columnsOf(cells[index] ?? ''))),
  );
  shrink(widths, screen.columns - indent - GAP * (columns.length - 1));
  const line = (cells: readonly string[], paint: (cell: string, column: Column<Row>) => string) =>
    ' '.repeat(indent) +
    columns
      .map((column, index) => {
        const width = widths[index] ?? 0;
        const cell = cells[index] ?? '';
        const isLast = index === columns.length - 1 && column.align !== 'right';
        return paint(isLast ? cut(cell, width) : fitted(cell, width, column.align), column);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [
    line(headings, (cell) => screen.paint('dim', cell)),
    ...rows.map((row, index) =>
      line(texts[index] ?? [], (cell, { style }) => {
        const wanted = style?.(row);
        return wanted ? screen.paint(wanted, cell) : cell;
      }),
    ),
  ];
}

function shrink(widths: number[], room: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess-- > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = Math.max(0, (widths[widest] ?? 0) - 1);
  }
}
