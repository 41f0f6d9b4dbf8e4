import { SYMBOLS } from '../status.ts';
import type { Cell, Table, TableColumn } from '../table.ts';

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** One line, without control characters. */
function oneLine(value: string): string {
  return value.toWellFormed().replace(/[\p{Control}\u2028\u2029]+/gu, ' ');
}

/** Text in which nothing is Markdown or HTML. */
export function text(value: string): string {
  return oneLine(value)
    .replace(/[\\`*_{}[\]#+!|~$@]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A code span; as HTML if it holds a bar, which would end a table cell even in a code span. */
export function code(value: string): string {
  const line = oneLine(value);
  if (line.trim() === '') return '';
  if (line.includes('|')) return `<code>${text(line)}</code>`;
  const fence = '`'.repeat(longestRun(line, /`+/g) + 1);
  return `${fence}${line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line}${fence}`;
}

export function fenced(value: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(value, /`+/g) + 1));
  return `${fence}sh\n${value.toWellFormed()}\n${fence}`;
}

function longestRun(value: string, pattern: RegExp): number {
  return Math.max(0, ...[...value.matchAll(pattern)].map(([run]) => run.length));
}

export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ heading }) => text(heading))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((cells) => line(cells.map((cell, index) => cellText(cell, columns[index])))),
  ].join('\n');
}

function cellText({ text: own, marks = [] }: Cell, column: TableColumn | undefined): string {
  const symbols = marks.map((status) => SYMBOLS[status]);
  return [...symbols, column?.isCode ? code(own) : text(own)].filter((part) => part !== '').join(' ');
}
