/** Texts put into a source, around parts of it. */

export interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Of what it begins or ends: the longer one is outside. */
  readonly length: number;
  readonly isEnd: boolean;
}

/** One text before a part, another behind it. */
export function pair(
  source: string,
  { start, end }: { readonly start: number; readonly end: number },
  open: string,
  close: string,
): [Insertion, Insertion] {
  const length = end - start;
  // A comment at the end of a line would hide what follows it.
  const isCommented = source.slice(start, end).includes('//');
  return [
    { at: start, text: open, length, isEnd: false },
    { at: end, text: isCommented ? `\n${close}` : close, length, isEnd: true },
  ];
}

/** At the same place, ends come before beginnings; inner ends before outer ones, and outer beginnings before inner ones. */
export function spliced(source: string, insertions: readonly Insertion[]): string {
  const sorted = insertions.toSorted(
    (a, b) =>
      a.at - b.at ||
      Number(b.isEnd) - Number(a.isEnd) ||
      (a.isEnd ? a.length - b.length : b.length - a.length),
  );
  let done = 0;
  let result = '';
  for (const { at, text } of sorted) {
    result += source.slice(done, at) + text;
    done = at;
  }
  return result + source.slice(done);
}
