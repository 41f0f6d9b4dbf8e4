/** Splits text into what a reader sees as characters. */
export const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
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
export function widthOf(grapheme: string): number {
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
