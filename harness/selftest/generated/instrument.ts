/**
 * Builds several mutants into one module: at each place that one of them changes, a switch asks whether it is that
 * mutant’s turn. A process then loads the director once and tries many mutants. Loops count their rounds, since a mutant
 * may never leave one.
 */
import ts from 'typescript';
import type { Mutation } from './mutation.ts';
import { parsed } from './mutations-of.ts';
import { ROUND, SWITCH } from './switches.ts';

export interface NumberedMutation extends Mutation {
  /** What the switch is asked for. */
  readonly id: number;
}

/** @returns JavaScript. @throws SyntaxError where one of the mutations does not compile. */
export function instrumented(file: string, source: string, mutations: readonly NumberedMutation[]): string {
  const insertions = [...switchesOf(source, mutations), ...countersOf(file, source)];
  return compiled(file, spliced(source, insertions));
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

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Of what it begins or ends: the longer one is outside. */
  readonly length: number;
  readonly isEnd: boolean;
}

function switchesOf(source: string, mutations: readonly NumberedMutation[]): Insertion[] {
  const places = Map.groupBy(mutations, ({ start, end, isStatement }) => `${start} ${end} ${isStatement}`);
  return [...places.values()].flatMap((here) => {
    const [{ start, end, isStatement }] = here as [NumberedMutation];
    const length = end - start;
    const [open, close] = isStatement
      ? [`{if(!(${here.map(({ id }) => `${SWITCH}(${id})`).join('||')})){`, '}}']
      : [`(${here.map(({ id, text }) => `${SWITCH}(${id})?(${text}):`).join('')}(`, '))'];
    // A comment at the end of a line would hide what follows it.
    const isCommented = source.slice(start, end).includes('//');
    return [
      { at: start, text: open, length, isEnd: false },
      { at: end, text: isCommented ? `\n${close}` : close, length, isEnd: true },
    ];
  });
}

function countersOf(file: string, source: string): Insertion[] {
  const insertions: Insertion[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false)) {
      const { statement: body } = node;
      const [start, end] = [body.getStart(), body.getEnd()];
      if (ts.isBlock(body)) {
        insertions.push({ at: start + 1, text: `${ROUND}();`, length: end - start - 1, isEnd: false });
      } else {
        // Outside of the switch around the same statement.
        const length = end - start + 0.5;
        insertions.push({ at: start, text: `{${ROUND}();`, length, isEnd: false });
        insertions.push({ at: end, text: '}', length, isEnd: true });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed(file, source));
  return insertions;
}

/** At the same place, ends come before beginnings; inner ends before outer ones, and outer beginnings before inner ones. */
function spliced(source: string, insertions: readonly Insertion[]): string {
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
