/** The grammar of keepalived.conf: words up to the end of a line, and blocks in braces. */
import { RuleError } from '../../director/index.ts';

export interface Block {
  /** Where it begins. */
  readonly line: number;
  readonly words: readonly string[];
  /** What stands between its braces; nothing for a line without any. */
  readonly blocks: readonly Block[];
}

interface OpenBlock extends Block {
  readonly blocks: Block[];
}

/** @throws RuleError where braces do not match. */
export function blocksOf(text: string, name: string): readonly Block[] {
  const root: OpenBlock = { line: 0, words: [], blocks: [] };
  const open = [root];
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    let words: string[] = [];
    const add = () => {
      const block: OpenBlock = { line, words, blocks: [] };
      open.at(-1)?.blocks.push(block);
      words = [];
      return block;
    };
    for (const word of wordsOf(content)) {
      if (word === '{') {
        // The brace may stand on a line of its own, below what it belongs to.
        const before = open.at(-1)?.blocks.at(-1);
        open.push(words.length === 0 && before !== undefined ? (before as OpenBlock) : add());
      } else if (word === '}') {
        if (words.length > 0) add();
        open.pop();
        if (open.length === 0) throw new RuleError(`${name}, line ${line}: a } without a {`);
      } else words.push(word);
    }
    if (words.length > 0) add();
  }
  const unclosed = open.at(-1);
  if (open.length === 1 || unclosed === undefined) return root.blocks;
  throw new RuleError(`${name}, line ${unclosed.line}: a { without a }\n  ${unclosed.words.join(' ')}`);
}

/** Without comments, which begin with # or !. Braces are words; quotes keep blanks together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/[#!].*$|"([^"]*)"|([{}])|[^\s{}"#!]+/g)]
    .filter(([all]) => !/^[#!]/.test(all))
    .map(([all, quoted]) => quoted ?? all);
}
