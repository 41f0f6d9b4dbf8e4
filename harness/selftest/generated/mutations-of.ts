/** All mistakes that the operators can make in one source file. */
import ts from 'typescript';
import type { Mutation } from './mutation.ts';
import { OPERATORS } from './operators/index.ts';

/** In the order of the source. The same source gives the same list. */
export function mutationsOf(file: string, source: string): Mutation[] {
  const tree = parsed(file, source);
  const found: Omit<Mutation, 'nth'>[] = [];
  const seen = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isPassedOver(node)) return;
    for (const operator of OPERATORS) {
      for (const { node: replaced, text } of operator.at(node)) {
        if (isMidChain(replaced)) continue;
        const [start, end] = [replaced.getStart(), replaced.getEnd()];
        const { line, ...lines } = linesAround(source, start, end, text);
        const mutation = {
          file,
          operator: operator.name,
          start,
          end,
          text,
          isStatement: ts.isStatement(replaced),
          line,
          ...lines,
        };
        // Two operators may make the same mistake.
        const key = `${line}\n${mutation.after}`;
        if (seen.has(key) || mutation.after === mutation.before) continue;
        seen.add(key);
        found.push(mutation);
      }
    }
    // What an error says is for people; that it is thrown is for the cases.
    if (!ts.isThrowStatement(node)) ts.forEachChild(node, visit);
  };
  visit(tree);
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  const times = new Map<string, number>();
  return found.map((mutation) => {
    const key = `${mutation.before}\n${mutation.after}`;
    const nth = (times.get(key) ?? 0) + 1;
    times.set(key, nth);
    return { ...mutation, nth };
  });
}

export function parsed(file: string, source: string): ts.SourceFile {
  return ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
}

/** Types and imports are gone before the program runs. */
function isPassedOver(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

/** Whether it is a part of `a?.b.c`, which nothing can be put around. */
function isMidChain({ parent, flags }: ts.Node): boolean {
  return (flags & ts.NodeFlags.OptionalChain) !== 0 && (parent.flags & ts.NodeFlags.OptionalChain) !== 0;
}

function linesAround(source: string, start: number, end: number, text: string) {
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const to = source.indexOf('\n', end);
  const [head, tail] = [source.slice(from, start), source.slice(end, to === -1 ? undefined : to)];
  return {
    line: source.slice(0, start).split('\n').length,
    before: (head + source.slice(start, end) + tail).trim(),
    after: (head + text + tail).trim(),
  };
}
