/** What a function does and gives: statements left out, arguments swapped, other results. */
import ts from 'typescript';
import type { Operator, Replacement } from './operator.ts';

const { SyntaxKind } = ts;

const METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    some: 'every',
    every: 'some',
    find: 'findLast',
    findIndex: 'findLastIndex',
    push: 'unshift',
    unshift: 'push',
    shift: 'pop',
    pop: 'shift',
    min: 'max',
    max: 'min',
    floor: 'ceil',
    ceil: 'floor',
    round: 'floor',
    trunc: 'round',
    padStart: 'padEnd',
    padEnd: 'padStart',
    startsWith: 'includes',
    endsWith: 'includes',
  }),
);

/** Methods that give something of the same kind as what they are called on. */
const OPTIONAL_METHODS: ReadonlySet<string> = new Set([
  'filter',
  'sort',
  'toSorted',
  'reverse',
  'toReversed',
  'slice',
  'subarray',
  'trim',
  'toLowerCase',
  'toUpperCase',
]);

/** Their arguments may stand in any order. */
const COMMUTATIVE: ReadonlySet<string> = new Set(['Math.imul', 'Math.min', 'Math.max']);

export const statementOperators: readonly Operator[] = [
  {
    name: 'statement',
    does: 'a statement is left out',
    *at(node): Generator<Replacement> {
      if (ts.isExpressionStatement(node) && !isSuperCall(node.expression)) {
        yield { node: node.expression, text: 'undefined' };
      } else if (
        ts.isContinueStatement(node) ||
        ts.isThrowStatement(node) ||
        isBareReturn(node) ||
        isBreak(node)
      ) {
        // Where a statement has to be, an empty one is.
        yield { node, text: isOneOfMany(node) ? '' : ';' };
      }
    },
  },
  {
    name: 'arguments',
    does: 'two arguments are swapped',
    *at(node): Generator<Replacement> {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      if (node.flags & ts.NodeFlags.OptionalChain || isSuperCall(node) || isCommutative(node)) return;
      const given = node.arguments ?? [];
      for (let i = 0; i + 1 < given.length; i++) {
        const [first, second] = [given[i], given[i + 1]] as [ts.Expression, ts.Expression];
        if (!isValue(first) || !isValue(second) || first.getText() === second.getText()) continue;
        const text = node.getText();
        const [from, to] = [first.getStart() - node.getStart(), second.getEnd() - node.getStart()];
        const between = text.slice(first.getEnd() - node.getStart(), second.getStart() - node.getStart());
        yield {
          node,
          text: text.slice(0, from) + second.getText() + between + first.getText() + text.slice(to),
        };
      }
    },
  },
  {
    name: 'method',
    does: 'another method is called, or none: some for every, max for min, no filter',
    *at(node): Generator<Replacement> {
      if (!ts.isCallExpression(node) || node.flags & ts.NodeFlags.OptionalChain) return;
      const { expression: called } = node;
      if (!ts.isPropertyAccessExpression(called)) return;
      const text = node.getText();
      const at = called.name.getStart() - node.getStart();
      const name = called.name.text;
      const other = METHODS.get(name);
      if (other !== undefined) yield { node, text: text.slice(0, at) + other + text.slice(at + name.length) };
      if (OPTIONAL_METHODS.has(name)) yield { node, text: called.expression.getText() };
    },
  },
  {
    name: 'result',
    does: 'a function gives true, false, nothing, 0 or one more',
    *at(node): Generator<Replacement> {
      const given = ts.isReturnStatement(node)
        ? node.expression
        : ts.isArrowFunction(node) && !ts.isBlock(node.body)
          ? node.body
          : undefined;
      if (given === undefined) return;
      for (const text of resultsInsteadOf(given)) if (text !== given.getText()) yield { node: given, text };
    },
  },
];

/** By what its function is declared to give; where that is not said, by what the expression shows of itself. */
function resultsInsteadOf(given: ts.Expression): string[] {
  const declared = functionAround(given)?.type;
  if (declared === undefined) return isComparison(given) ? ['true', 'false'] : [];
  const kinds = ts.isUnionTypeNode(declared) ? declared.types : [declared];
  return [...new Set(kinds.flatMap((kind) => insteadOf(kind, given)))];
}

function insteadOf({ kind }: ts.TypeNode, given: ts.Expression): string[] {
  switch (kind) {
    case SyntaxKind.BooleanKeyword:
    case SyntaxKind.TypePredicate:
      return ['true', 'false'];
    case SyntaxKind.NumberKeyword:
      return ['0', ...(ts.isNumericLiteral(given) ? [] : [`(${given.getText()}) + 1`])];
    case SyntaxKind.UndefinedKeyword:
      return ['undefined'];
    case SyntaxKind.ArrayType:
      return ['[]'];
    case SyntaxKind.StringKeyword:
      return ["''"];
    default:
      return [];
  }
}

function functionAround(node: ts.Node): ts.SignatureDeclaration | undefined {
  return ts.findAncestor(node, ts.isFunctionLike);
}

function isComparison(node: ts.Expression): boolean {
  const COMPARISONS = new Set([
    SyntaxKind.LessThanToken,
    SyntaxKind.LessThanEqualsToken,
    SyntaxKind.GreaterThanToken,
    SyntaxKind.GreaterThanEqualsToken,
    SyntaxKind.EqualsEqualsEqualsToken,
    SyntaxKind.ExclamationEqualsEqualsToken,
  ]);
  return ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind);
}

function isSuperCall(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && node.expression.kind === SyntaxKind.SuperKeyword;
}

function isCommutative({ expression }: ts.CallExpression | ts.NewExpression): boolean {
  return COMMUTATIVE.has(expression.getText());
}

function isBareReturn(node: ts.Node): node is ts.ReturnStatement {
  return ts.isReturnStatement(node) && node.expression === undefined;
}

function isBreak(node: ts.Node): node is ts.BreakStatement {
  return ts.isBreakStatement(node) && !ts.isCaseOrDefaultClause(node.parent);
}

/** Functions, objects and spread lists are not mistaken for their neighbours. */
function isValue(node: ts.Expression): boolean {
  return !(
    ts.isFunctionLike(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isSpreadElement(node)
  );
}

function isOneOfMany({ parent }: ts.Node): boolean {
  return ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseOrDefaultClause(parent);
}
