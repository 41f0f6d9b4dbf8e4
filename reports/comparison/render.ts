/** Sheets for a terminal, and as Markdown. */
import { counted } from '../../statistics/number-text.ts';
import { plain, wrap } from '../columns.ts';
import { list, markdownTable, text } from '../markdown/syntax.ts';
import type { Screen } from '../terminal/screen.ts';
import { wideTableLines } from '../terminal/table.ts';
import type { Sheet } from './sheets.ts';

/** Rows of one sheet on a terminal, where not all are asked for. */
const LISTED = 12;

/** @param verbose With all rows. */
export function sheetsText(
  sheets: readonly Sheet[],
  screen: Screen,
  { verbose = false }: { readonly verbose?: boolean } = {},
): string {
  const listed = verbose ? Number.POSITIVE_INFINITY : LISTED;
  return `${sheets.map((sheet) => sheetLines(sheet, screen, listed).join('\n')).join('\n\n')}\n`;
}

function sheetLines({ title, table, labels, notes }: Sheet, screen: Screen, listed: number): string[] {
  const { columns, rows } = table;
  const left = rows.length - listed;
  const more = left > 0 ? [`and ${counted(left, 'more row')} (--verbose has all)`] : [];
  return [
    screen.paint('bold', plain(title)),
    ...(rows.length > 0 ? wideTableLines({ columns, rows: rows.slice(0, listed) }, screen, labels) : []),
    ...[...more, ...notes].flatMap((note) =>
      wrap(plain(note), screen.columns - 2).map((line) => screen.paint('dim', `  ${line}`)),
    ),
  ];
}

export function sheetsMarkdown(sheets: readonly Sheet[]): string {
  const blocks = sheets.flatMap(({ title, table, notes }) => [
    `## ${text(title)}`,
    table.rows.length > 0 ? markdownTable(table) : '',
    list(notes.map(text)),
  ]);
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
