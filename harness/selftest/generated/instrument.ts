/**
 * Builds several mutants into one module: at each place that one of them changes, a switch asks whether it is that
 * mutant’s turn. A process then loads the director once and tries many mutants. Loops count their rounds, since a mutant
 * may never leave one. Another module of the same source is that of the right director, which notes where it would have
 * become another with which mutant (`looks.ts`).
 */
import ts from 'typescript';
import type { Looks } from './looks.ts';
import type { Mutation } from './mutation.ts';
import { parsed } from './mutations-of.ts';
import type { Site } from './site.ts';
import { type Insertion, pair, spliced } from './splice.ts';
import { SWITCHES } from './switches.ts';

export interface NumberedMutation extends Mutation {
  /** What the switch is asked for. */
  readonly id: number;
}

/**
 * @param looks Where the module is to be that of the right director, which looks about.
 * @returns JavaScript. @throws SyntaxError where one of the mutations does not compile.
 */
export function instrumented(file: string, source: string, sites: readonly Site[], looks?: Looks): string {
  const tree = parsed(file, source);
  const own = looks === undefined ? switchesOf(source, sites) : looks.of(tree, sites);
  return compiled(file, spliced(source, [...own, ...countersOf(tree)]));
}

/** Whether a director with this mistake compiles. */
export function compiles(file: string, source: string, { start, end, text }: Mutation): boolean {
  try {
    compiled(file, source.slice(0, start) + text + source.slice(end));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function switchesOf(source: string, sites: readonly Site[]): Insertion[] {
  const isTaken = (id: number) => `${SWITCHES}.mutant===${id}&&${SWITCHES}.isTaken()`;
  const places = Map.groupBy(sites, ({ start, end, isStatement }) => `${start} ${end} ${isStatement}`);
  return [...places.values()].flatMap((here) => {
    const [{ isStatement }] = here as [Site];
    const [open, close] = isStatement
      ? [`{if(!(${here.map(({ id }) => isTaken(id)).join('||')})){`, '}}']
      : [`(${here.map(({ id, text }) => `${isTaken(id)}?(${text}\n):`).join('')}(`, '))'];
    return pair(source, here[0] as Site, open, close);
  });
}

function countersOf(tree: ts.SourceFile): Insertion[] {
  const count = `if(++${SWITCHES}.rounds>${SWITCHES}.mostRounds)${SWITCHES}.end();`;
  const insertions: Insertion[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false)) {
      const { statement: body } = node;
      const [start, end] = [body.getStart(), body.getEnd()];
      if (ts.isBlock(body)) {
        insertions.push({ at: start + 1, text: count, length: end - start - 1, isEnd: false });
      } else {
        // Outside of the switch around the same statement.
        const length = end - start + 0.5;
        insertions.push({ at: start, text: `{${count}`, length, isEnd: false });
        insertions.push({ at: end, text: '}', length, isEnd: true });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return insertions;
}

function compiled(file: string, source: string): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  const [first] = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error);
  if (first === undefined) return outputText;
  throw new SyntaxError(`director/${file}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`);
}
