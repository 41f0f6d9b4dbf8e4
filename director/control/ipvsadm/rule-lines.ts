/** Splits what `-R` reads into the words of command lines. */

/**
 * One command line for each line of the text, the program's name left out wherever it stands; those without a word are
 * left out too. There are no quotes and no comments. A last line without a line break that ends in two blanks is lost.
 */
export function* ruleLines(text: string): Generator<{ readonly number: number; readonly words: string[] }> {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (index === lines.length - 1 && /[ \t\r]{2}$/.test(line)) return;
    const words = line.split(/[ \t\r]+/).filter((word) => word !== '' && word !== 'ipvsadm');
    if (words.length > 0) yield { number: index + 1, words };
  }
}
