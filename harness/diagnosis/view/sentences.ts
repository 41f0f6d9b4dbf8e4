/** Parts of sentences. */

/** `a`, `a or b`, `a, b or c` */
export function either(texts: readonly string[]): string {
  return texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}
