/** Numbers and their widths. */
import ts from 'typescript';
import type { Operator, Replacement } from './operator.ts';

const { SyntaxKind } = ts;

/** Masks and largest values of a width, and those of half of it. */
const HALF_AS_WIDE: ReadonlyMap<number, string> = new Map([
  [0xffff_ffff, '0xffff'],
  [0x7fff_ffff, '0x7fff'],
  [0xffff, '0xff'],
  [0xff, '0xf'],
  [2 ** 32, '2 ** 16'],
  [0x1_0000, '0x100'],
]);

/** Arrays, and what reads and writes integers, by what is half as wide. */
const NARROWER: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Float64Array: 'Int32Array',
    Uint32Array: 'Uint16Array',
    Int32Array: 'Int16Array',
    Uint16Array: 'Uint8Array',
    getUint32: 'getUint16',
    setUint32: 'setUint16',
    getInt32: 'getInt16',
    setInt32: 'setInt16',
    getUint16: 'getUint8',
    setUint16: 'setUint8',
    readI32: 'readU16',
    readU32: 'readI32',
    readU16: 'readU8',
    write32: 'writeU16',
    writeU16: 'writeU8',
  }),
);

const STEPS: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [SyntaxKind.PlusPlusToken]: '--',
  [SyntaxKind.MinusMinusToken]: '++',
};

export const numberOperators: readonly Operator[] = [
  {
    name: 'constant',
    does: 'a number is one more, one less, or 0; true for false',
    *at(node): Generator<Replacement> {
      if (ts.isNumericLiteral(node) && !isName(node)) {
        const value = numberOf(node);
        const others = new Set([value + 1, value - 1, 0].filter((other) => other !== value && other >= 0));
        for (const other of others) yield { node, text: String(other) };
      }
      if (node.kind === SyntaxKind.TrueKeyword) yield { node: node as ts.Expression, text: 'false' };
      if (node.kind === SyntaxKind.FalseKeyword) yield { node: node as ts.Expression, text: 'true' };
    },
  },
  {
    name: 'width',
    does: '16 bits for 32, 8 for 16',
    *at(node): Generator<Replacement> {
      if (ts.isNumericLiteral(node) && !isName(node)) {
        const half = HALF_AS_WIDE.get(numberOf(node));
        if (half !== undefined) yield { node, text: half };
      }
      if (ts.isNewExpression(node) || ts.isCallExpression(node)) yield* narrowed(node);
    },
  },
  {
    name: 'step',
    does: '++ for --, or a sign or ~ forgotten',
    *at(node): Generator<Replacement> {
      if (ts.isPostfixUnaryExpression(node)) {
        yield { node, text: `${node.operand.getText()}${STEPS[node.operator]}` };
      }
      if (!ts.isPrefixUnaryExpression(node)) return;
      const step = STEPS[node.operator];
      if (step !== undefined) yield { node, text: `${step}${node.operand.getText()}` };
      if (node.operator === SyntaxKind.MinusToken || node.operator === SyntaxKind.TildeToken) {
        yield { node, text: node.operand.getText() };
      }
    },
  },
];

function numberOf(node: ts.NumericLiteral): number {
  return Number(node.getText().replaceAll('_', ''));
}

/** Whether it is the name of a property. */
function isName(node: ts.NumericLiteral): boolean {
  return ts.isPropertyAssignment(node.parent) && node.parent.name === node;
}

function* narrowed(node: ts.NewExpression | ts.CallExpression): Generator<Replacement> {
  if (node.flags & ts.NodeFlags.OptionalChain) return;
  const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  const narrower = ts.isIdentifier(called) ? NARROWER.get(called.text) : undefined;
  if (narrower === undefined) return;
  const text = node.getText();
  const at = called.getStart() - node.getStart();
  yield { node, text: text.slice(0, at) + narrower + text.slice(at + called.getText().length) };
}
