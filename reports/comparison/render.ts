/** Sheets for a terminal, and as Markdown. */
import { counted } from '../../statistics/number-text.ts';
import { plain, wrap } from '../columns.ts';
import { list, markdownTable, text } from '../markdown/syntax.ts';
import type { Screen } from '../terminal/screen.ts';
import { wideTableLines } from '../terminal/table.ts';
import type { Sheet } from './sheets.ts';

/** Rows of one sheet on a terminal; Markdown and JSON have all. */
const LISTED = 60;

export function sheetsText(sheets: readonly Sheet[], screen: Screen): string {
  return `${sheets.map((sheet) => sheetLines(sheet, screen).join('\n')).join('\n\n')}\n`;
}

function sheetLines({ title, table, labels, notes }: Sheet, screen: Screen): string[] {
  const { columns, rows } = table;
  const left = rows.length - LISTED;
  const more = left > 0 ? [`and ${counted(left, 'more row')} (--md and --json have all)`] : [];
  return [
    screen.paint('bold', plain(title)),
    ...(rows.length > 0 ? wideTableLines({ columns, rows: rows.slice(0, LISTED) }, screen, labels) : []),
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
