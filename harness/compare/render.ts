/** Sheets for a terminal, and as Markdown. */
import { columnsOf } from '../../reports/columns.ts';
import { code, list, table as markdownTable, text } from '../../reports/markdown/syntax.ts';
import type { Screen } from '../../reports/terminal/screen.ts';
import { table } from '../../reports/terminal/table.ts';
import { plain, wrap } from '../../reports/terminal/text.ts';
import type { Sheet } from './sheets.ts';

/** Rows of one sheet on a terminal; Markdown and JSON have all. */
const LISTED = 60;
const INDENT = 2;
const GAP = 2;

export function sheetsText(sheets: readonly Sheet[], screen: Screen): string {
  return `${sheets.map((sheet) => sheetLines(sheet, screen).join('\n')).join('\n\n')}\n`;
}

function sheetLines(sheet: Sheet, screen: Screen): string[] {
  const { title, rows, notes } = sheet;
  const left = rows.length - LISTED;
  const more = left > 0 ? [`and ${left} more rows (--md and --json have all)`] : [];
  return [
    screen.paint('bold', plain(title)),
    ...(rows.length > 0 ? partsOf(sheet, screen).flatMap((part) => partLines(part, sheet, screen)) : []),
    ...[...more, ...notes].flatMap((note) =>
      wrap(plain(note), screen.columns - INDENT).map((line) => screen.paint('dim', `  ${line}`)),
    ),
  ];
}

/** Columns of values that fit the screen beside the labels; those that do not go into a further table below. */
function partsOf({ headings, rows, labels }: Sheet, screen: Screen): number[][] {
  const width = (at: number) =>
    GAP + Math.max(...[headings, ...rows.slice(0, LISTED)].map((row) => columnsOf(plain(row[at] ?? ''))));
  const indexes = headings.map((_, at) => at);
  const labelled = indexes.slice(0, labels).reduce((sum, at) => sum + width(at), 0);
  const room = screen.columns - INDENT - Math.min(labelled, Math.floor(screen.columns / 2));
  const parts: number[][] = [[]];
  let used = 0;
  for (const at of indexes.slice(labels)) {
    if (used > 0 && used + width(at) > room) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(at);
    used += width(at);
  }
  return parts;
}

function partLines(values: readonly number[], { headings, rows, labels }: Sheet, screen: Screen): string[] {
  const column = (at: number, isValue: boolean) => ({
    heading: headings[at] ?? '',
    value: (row: readonly string[]) => row[at] ?? '',
    ...(isValue && ({ align: 'right' } as const)),
  });
  const columns = [
    ...Array.from({ length: labels }, (_, at) => column(at, false)),
    ...values.map((at) => column(at, true)),
  ];
  return table(screen, columns, rows.slice(0, LISTED), INDENT);
}

export function sheetsMarkdown(sheets: readonly Sheet[]): string {
  const blocks = sheets.flatMap(({ title, headings, rows, notes }) => [
    `## ${text(title)}`,
    rows.length > 0
      ? markdownTable(
          headings.map(text),
          rows.map(([first = '', ...others]) => [code(first), ...others.map(text)]),
        )
      : '',
    list(notes.map(text)),
  ]);
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
