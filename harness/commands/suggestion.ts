/** What the user may have meant, where the value of an option is none of those that it can have. */

/** The messages of commander and of `values.ts`: the value, then what there is to choose from. */
const REFUSED =
  /argument '[^']*' is invalid\. (?:There is no (?:\w+ )?"([^"]+)"; choose from|Allowed choices are) ([^.]+)\./;
const GIVEN = /argument '([^']*)' is invalid/;
/** More letters than that make another word of it. */
const MOST_CHANGES = 2;

/** The message of an error in the command line, with the nearest value behind it where one is near. */
export function withSuggestion(message: string): string {
  const [, named, choices = ''] = REFUSED.exec(message) ?? [];
  const given = (named ?? GIVEN.exec(message)?.[1] ?? '').toLowerCase();
  const nearest = choices
    .split(', ')
    .map((choice) => ({ choice, changes: changesBetween(given, choice) }))
    .filter(({ choice, changes }) => changes <= MOST_CHANGES && changes < choice.length)
    .sort((a, b) => a.changes - b.changes)[0];
  return nearest === undefined ? message : `${message.trimEnd()}\n(Did you mean ${nearest.choice}?)\n`;
}

/** Letters to add, leave out or replace to make one word of another (Levenshtein's distance). */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, wanted] of [...other].entries()) {
      const replaced = (row[j] as number) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
