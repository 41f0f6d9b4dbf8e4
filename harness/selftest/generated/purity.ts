/** Expressions that can be worked out twice without anybody noticing. */
import ts from 'typescript';
import { parsed } from './mutations-of.ts';

const { SyntaxKind } = ts;

/** Methods that only look at what they are called on. */
const LOOKING: ReadonlySet<string> = new Set([
  'includes',
  'startsWith',
  'endsWith',
  'indexOf',
  'charCodeAt',
  'padStart',
  'padEnd',
  'trim',
  'toLowerCase',
  'toUpperCase',
  'toString',
  'join',
  'getUint8',
  'getUint16',
  'getUint32',
  'getInt16',
  'getInt32',
]);

/** Functions that only look at what they are given. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'Number',
  'String',
  'Boolean',
  'Number.isInteger',
  'Number.isNaN',
  'readU16',
  'readU32',
  'readI32',
]);

/** How functions are named that only answer a question. */
const QUESTION = /^(is|has)[A-Z]/;

const STEPS: ReadonlySet<ts.SyntaxKind> = new Set([SyntaxKind.PlusPlusToken, SyntaxKind.MinusMinusToken]);

/** Whether working it out changes nothing, and gives the same again. Getters are taken to do no more than look. */
export function isPure(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text !== 'arguments';
  if (isLiteral(node) || node.kind === SyntaxKind.ThisKeyword || ts.isPrivateIdentifier(node)) return true;
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeOfExpression(node) ||
    ts.isPropertyAccessExpression(node)
  ) {
    return isPure(node.expression);
  }
  if (ts.isElementAccessExpression(node)) return isPure(node.expression) && isPure(node.argumentExpression);
  if (ts.isPrefixUnaryExpression(node)) return !STEPS.has(node.operator) && isPure(node.operand);
  if (ts.isBinaryExpression(node)) {
    return !isAssignment(node.operatorToken.kind) && isPure(node.left) && isPure(node.right);
  }
  if (ts.isConditionalExpression(node)) {
    return isPure(node.condition) && isPure(node.whenTrue) && isPure(node.whenFalse);
  }
  if (ts.isTemplateExpression(node)) return node.templateSpans.every(({ expression }) => isPure(expression));
  return ts.isCallExpression(node) && isLook(node) && node.arguments.every(isPure);
}

/** Whether it is the same value wherever it stands. */
export function isLiteral(node: ts.Node): boolean {
  return (
    ts.isNumericLiteral(node) ||
    ts.isStringLiteralLike(node) ||
    node.kind === SyntaxKind.TrueKeyword ||
    node.kind === SyntaxKind.FalseKeyword ||
    node.kind === SyntaxKind.NullKeyword ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

/** The widest pure expression around a pure one: where nothing of it is used but its value. */
export function widestPure(node: ts.Expression): ts.Expression {
  let widest = node;
  for (let at: ts.Node = node.parent; at && isPure(at); at = at.parent) {
    if (isTarget(at)) break;
    if (isUsedByValue(at)) widest = at as ts.Expression;
  }
  return widest;
}

/** An expression, from its text. */
export function expressionOf(text: string): ts.Expression | undefined {
  const [statement] = parsed('expression.ts', `(${text}\n)`).statements;
  return statement && ts.isExpressionStatement(statement) ? statement.expression : undefined;
}

function isLook({ expression: called, flags }: ts.CallExpression): boolean {
  if (flags & ts.NodeFlags.OptionalChain) return false;
  const text = called.getText();
  if (FUNCTIONS.has(text) || (text.startsWith('Math.') && text !== 'Math.random')) return true;
  if (ts.isIdentifier(called)) return QUESTION.test(text);
  if (!ts.isPropertyAccessExpression(called) || !isPure(called.expression)) return false;
  const { text: name } = called.name;
  return LOOKING.has(name) || QUESTION.test(name.replace(/^#/, ''));
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}

/** Whether it is written to, and not read. */
function isTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    return isAssignment(parent.operatorToken.kind) && parent.left === node;
  }
  return (
    ts.isDeleteExpression(parent) ||
    ts.isPostfixUnaryExpression(parent) ||
    (ts.isPrefixUnaryExpression(parent) && STEPS.has(parent.operator)) ||
    ((ts.isNonNullExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) &&
      isTarget(parent))
  );
}

/** What is called is more than a value: its method is told what it belongs to. Nor can a part of `a?.b.c` be put elsewhere. */
function isUsedByValue(node: ts.Node): boolean {
  const { parent } = node;
  const isCalled = (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === node;
  const isMidChain =
    (node.flags & ts.NodeFlags.OptionalChain) !== 0 && (parent.flags & ts.NodeFlags.OptionalChain) !== 0;
  return !isCalled && !isMidChain && !ts.isPrivateIdentifier(node);
}
