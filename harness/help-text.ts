/**
 * What a command's help says after its options, made to fit the terminal: commander wraps only what comes before.
 *
 * Lines that are not indented are prose. Indented lines may have two columns, two spaces or more apart (a command and
 * what it does), or begin with an exit code. Other indented lines are there to be copied and stay as they are.
 */
import { columnsOf, wrap } from '../reports/columns.ts';

const TWO_COLUMNS = /^(?<left> +\S.*?) {2,}(?=\S)/;
const EXIT_CODE = /^(?<left> +\d+) (?=\S)/;
const CONTINUATION = /^ {20,}\S/;
/** A second column needs that much room beside the first, or has lines of its own below. */
const LEAST_BESIDE = 30;
const BELOW_INDENT = 6;
const LEAST_COLUMNS = 40;

/** @param terminalColumns A terminal narrower than 40 columns breaks the lines itself, as with commander. */
export function fittingHelp(text: string, terminalColumns: number): string {
  const columns = Math.max(terminalColumns, LEAST_COLUMNS);
  if (text.split('\n').every((line) => columnsOf(line) <= columns)) return text;
  return blocksOf(text.split('\n'))
    .flatMap((block) => fittingBlock(block, columns))
    .join('\n');
}

/** Lines that are laid out together: a paragraph, or rows whose second column begins at the same place. */
function blocksOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let kind: number | undefined;
  for (const line of lines) {
    const block = blocks.at(-1);
    const isMore = CONTINUATION.test(line) && kind !== undefined && kind > 0;
    if (block !== undefined && (isMore || (kindOf(line) === kind && kind !== undefined))) {
      if (isMore) block.push(`${block.pop()} ${line.trim()}`);
      else block.push(line);
      continue;
    }
    blocks.push([line]);
    kind = kindOf(line);
  }
  return blocks;
}

/** 0 for prose, else where the second column begins; undefined for a line that stands alone. */
function kindOf(line: string): number | undefined {
  if (/^\S/.test(line)) return 0;
  return (EXIT_CODE.exec(line) ?? TWO_COLUMNS.exec(line))?.[0].length;
}

function fittingBlock(block: readonly string[], columns: number): string[] {
  const kind = kindOf(block[0] ?? '');
  if (kind === undefined || block.every((line) => columnsOf(line) <= columns)) return [...block];
  if (kind === 0) return wrap(block.join(' '), columns);
  const isBeside = columns - kind >= LEAST_BESIDE;
  const indent = ' '.repeat(isBeside ? kind : BELOW_INDENT);
  return block.flatMap((line) => {
    const [first = '', ...more] = wrap(line.slice(kind), columns - indent.length);
    const rest = more.map((one) => indent + one);
    const left = line.slice(0, kind);
    return isBeside ? [left + first, ...rest] : [left.trimEnd(), indent + first, ...rest];
  });
}
