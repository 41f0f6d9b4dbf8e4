/** Conditions that are asked the wrong way round, or not at all. */
import ts from 'typescript';
import type { Operator, Replacement } from './operator.ts';

export const conditionOperators: readonly Operator[] = [
  {
    name: 'condition',
    does: 'a condition is always true, always false, or the contrary',
    *at(node) {
      // A loop that is never left is only waited for.
      if (ts.isIfStatement(node)) yield* forced(node.expression, ['true', 'false']);
      else if (ts.isConditionalExpression(node)) yield* forced(node.condition, ['true', 'false']);
      else if (ts.isWhileStatement(node) || ts.isDoStatement(node)) yield* forced(node.expression, ['false']);
      else if (ts.isForStatement(node) && node.condition) yield* forced(node.condition, ['false']);
    },
  },
  {
    name: 'negation',
    does: 'a ! is forgotten',
    *at(node) {
      if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
        yield { node, text: node.operand.getText() };
      }
    },
  },
];

function* forced(node: ts.Expression, values: readonly string[]): Generator<Replacement> {
  // `===` for `!==` and a forgotten `!` are mistakes of their own.
  const isCompared = ts.isBinaryExpression(node) || ts.isPrefixUnaryExpression(node);
  for (const text of isCompared ? values : [...values, `!(${node.getText()})`]) yield { node, text };
}
