import { SYMBOLS } from '../status.ts';
import type { Cell, Table, TableColumn } from '../table.ts';
import { code, text } from './syntax.ts';

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
