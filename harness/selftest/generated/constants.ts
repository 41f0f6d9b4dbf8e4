/**
 * Constants of modules: a mistake in one shows only where it is read. It is made there instead, so that the director needs
 * not be loaded anew for it, and that only those cases are tried in which what is read makes a difference.
 */
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import type { Mutation } from './mutation.ts';
import { parsed } from './mutations-of.ts';
import { expressionOf, isLiteral, isPure } from './purity.ts';

/** A place in the sources, and what stands there instead. */
export interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Constant {
  readonly name: string;
  /** Of the object that the constant is, if it is one. */
  readonly property: string | undefined;
  readonly value: ts.Expression;
}

export class Constants {
  readonly #trees: ReadonlyMap<string, ts.SourceFile>;

  constructor(sources: ReadonlyMap<string, string>) {
    this.#trees = new Map([...sources].map(([file, source]) => [file, parsed(file, source)]));
  }

  /** Where the value that it changes is read; nothing where that cannot be said, or it is no constant of a module. */
  readsOf({ file, start, end, text }: Place | Mutation): Place[] | undefined {
    const tree = this.#trees.get(file);
    const constant = tree && constantAt(tree, start, end);
    if (constant === undefined) return undefined;
    const { value } = constant;
    const from = value.getStart();
    const source = value.getText();
    const wrong = `(${source.slice(0, start - from)}${text}${source.slice(end - from)})`;
    const scope = scopeOf(wrong);
    if (scope === 'none') return undefined;
    const places: Place[] = [];
    for (const reader of this.#trees.values()) {
      const reads = readsIn(reader, file, constant);
      if (reads === undefined) return undefined;
      if (reads.length > 0 && scope === 'file' && reader !== tree) return undefined;
      for (const node of reads) {
        const place = {
          ...{ file: reader.fileName, start: node.getStart(), end: node.getEnd() },
          text: wrong,
        };
        if (!isReadWhileLoading(node)) {
          places.push(place);
          continue;
        }
        const further = this.readsOf(place);
        if (further === undefined) return undefined;
        places.push(...further);
      }
    }
    return places;
  }
}

function constantAt(tree: ts.SourceFile, start: number, end: number): Constant | undefined {
  const holds = (node: ts.Node) => node.getStart() <= start && end <= node.getEnd();
  const statement = tree.statements.find(holds);
  if (statement === undefined || !ts.isVariableStatement(statement)) return undefined;
  if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) return undefined;
  const declaration = statement.declarationList.declarations.find(holds);
  if (declaration?.initializer === undefined || !ts.isIdentifier(declaration.name)) return undefined;
  const { text: name } = declaration.name;
  const value = withoutType(declaration.initializer);
  if (!ts.isObjectLiteralExpression(value)) return { name, property: undefined, value };
  const own = value.properties.find(holds);
  if (own === undefined || !ts.isPropertyAssignment(own) || !ts.isIdentifier(own.name)) return undefined;
  return { name, property: own.name.text, value: own.initializer };
}

function withoutType(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? withoutType(node.expression) : node;
}

/** Where its text means the same: anywhere, in its file alone, or nowhere else, since it makes something. */
function scopeOf(text: string): 'all' | 'file' | 'none' {
  const value = expressionOf(text);
  if (value === undefined || !isPure(value)) return 'none';
  let isOfFile = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isLiteral(node)) isOfFile = true;
    ts.forEachChild(node, visit);
  };
  visit(value);
  return isOfFile ? 'file' : 'all';
}

/** Nodes that read it; nothing where it is used in another way than by its value. */
function readsIn(
  tree: ts.SourceFile,
  home: string,
  { name, property }: Constant,
): ts.Expression[] | undefined {
  if (!tree.text.includes(name) || (tree.fileName !== home && !takesFrom(tree, home))) return [];
  const reads: ts.Expression[] = [];
  let isUnclear = false;
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    if (!ts.isIdentifier(node) || node.text !== name) {
      ts.forEachChild(node, visit);
      return;
    }
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return;
    if (ts.isPropertyAssignment(parent) && parent.name === node) return;
    if (ts.isVariableDeclaration(parent) && parent.name === node && isOfModule(parent)) return;
    if (!isPure(node) || !isExpressionIn(parent, node)) isUnclear = true;
    else if (property === undefined) reads.push(node);
    else if (!ts.isPropertyAccessExpression(parent)) isUnclear = true;
    else if (parent.name.text === property) reads.push(parent);
  };
  visit(tree);
  return isUnclear ? undefined : reads;
}

/** Whether it imports from that file, or passes on what that file has. */
function takesFrom(tree: ts.SourceFile, home: string): boolean {
  return tree.statements.some(
    (one) =>
      (ts.isImportDeclaration(one) || ts.isExportDeclaration(one)) &&
      one.moduleSpecifier !== undefined &&
      ts.isStringLiteral(one.moduleSpecifier) &&
      join(dirname(tree.fileName), one.moduleSpecifier.text) === home,
  );
}

/** Whether it stands there for its value: not as the name of something declared, and not as one that is passed on. */
function isExpressionIn(parent: ts.Node, node: ts.Identifier): boolean {
  if (ts.isShorthandPropertyAssignment(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isVariableDeclaration(parent)) {
    return parent.initializer === node;
  }
  return !ts.isFunctionLike(parent) || (ts.isArrowFunction(parent) && parent.body === node);
}

function isOfModule(declaration: ts.VariableDeclaration): boolean {
  return ts.isSourceFile(declaration.parent.parent.parent);
}

function isReadWhileLoading(node: ts.Node): boolean {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionLike(at)) return false;
    if (ts.isPropertyDeclaration(at)) {
      return at.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
    }
  }
  return true;
}
