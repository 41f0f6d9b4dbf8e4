/** A generated mutant as a change of a source that is made as the source is loaded. */
import type { Mutation } from '../generated/mutation.ts';
import type { SourceChange } from '../source-change.ts';

/** With as many lines around it as there must be for the text to occur once. @param source Of the mutation’s file. */
export function changeOf({ file, start, end, text, isStatement }: Mutation, source: string): SourceChange {
  const wrong = isStatement ? '{}' : `(${text})`;
  let [from, to] = [start, end];
  do {
    from = source.lastIndexOf('\n', from - 2) + 1;
    const next = source.indexOf('\n', to + 1);
    to = next === -1 ? source.length : next;
  } while (source.split(source.slice(from, to)).length > 2);
  return {
    file,
    before: source.slice(from, to),
    after: source.slice(from, start) + wrong + source.slice(end, to),
  };
}
