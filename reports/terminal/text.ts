import { stripVTControlCharacters } from 'node:util';
import { columnsOf, cut, graphemes, widthOf } from '../columns.ts';

/** Text that cannot move the cursor or colour the screen: escape sequences are removed, controls become spaces. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Control}+/gu, ' ');
}

/** Plain text cut or filled up to exactly `columns` columns. */
export function fitted(text: string, columns: number, align: 'left' | 'right' | 'center' = 'left'): string {
  const shown = cut(text, columns);
  const free = Math.max(0, columns - columnsOf(shown));
  const before = align === 'left' ? 0 : align === 'right' ? free : Math.floor(free / 2);
  return ' '.repeat(before) + shown + ' '.repeat(free - before);
}

/** Plain text in lines of at most `columns` columns, broken between words where that is possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((word) => pieces(word, columns))) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** A word in pieces no wider than a line. */
function pieces(word: string, columns: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const { segment } of graphemes.segment(word)) {
    if (part !== '' && columnsOf(part) + widthOf(segment) > columns) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}
