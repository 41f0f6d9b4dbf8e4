/** Text where all characters are equally wide: on a terminal, and in drawings. */
import { printable } from '../director/shown-text.ts';

/** Splits text into what a reader sees as characters. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;
const ASCII = /^[ -~]*$/;
const INVISIBLE = /^[\p{Mark}\p{Format}]+$/u;

/** Columns that text without control characters takes where all characters are equally wide: wide ones count two. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += widthOf(segment);
  return columns;
}

/** Columns of one grapheme: 0, 1 or 2. */
function widthOf(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return INVISIBLE.test(grapheme) ? 0 : 1;
}

/** At most `columns` columns of plain text; `…` says that more was there. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (used + widthOf(segment) > columns - 1) break;
    kept += segment;
    used += widthOf(segment);
  }
  return `${kept}…`;
}

/** One line that cannot move the cursor or colour the screen: escape sequences are shown, line ends become spaces. */
export function plain(text: string): string {
  return printable(text).replace(/[\n\t]+/g, ' ');
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
