/** Operators between two values: each may be mistaken for its neighbour. */
import ts from 'typescript';
import type { Operator, Replacement } from './operator.ts';

const { SyntaxKind } = ts;

/** What each one is mistaken for; an empty text stands for the left operand alone. */
type Mistaken = Readonly<Partial<Record<ts.SyntaxKind, readonly string[]>>>;

const BOUNDARY: Mistaken = {
  [SyntaxKind.LessThanToken]: ['<='],
  [SyntaxKind.LessThanEqualsToken]: ['<'],
  [SyntaxKind.GreaterThanToken]: ['>='],
  [SyntaxKind.GreaterThanEqualsToken]: ['>'],
};

const EQUALITY: Mistaken = {
  [SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
};

const LOGIC: Mistaken = {
  [SyntaxKind.AmpersandAmpersandToken]: ['||', ''],
  [SyntaxKind.BarBarToken]: ['&&', ''],
  [SyntaxKind.QuestionQuestionToken]: ['&&', ''],
};

const ARITHMETIC: Mistaken = {
  [SyntaxKind.PlusToken]: ['-'],
  [SyntaxKind.MinusToken]: ['+'],
  [SyntaxKind.AsteriskToken]: ['+', ''],
  [SyntaxKind.SlashToken]: ['*', ''],
  [SyntaxKind.PercentToken]: ['+', ''],
  [SyntaxKind.AsteriskAsteriskToken]: ['*'],
};

const BITS: Mistaken = {
  [SyntaxKind.AmpersandToken]: ['|', ''],
  [SyntaxKind.BarToken]: ['&', ''],
  [SyntaxKind.CaretToken]: ['|', ''],
  [SyntaxKind.LessThanLessThanToken]: ['>>', ''],
  [SyntaxKind.GreaterThanGreaterThanToken]: ['<<', '>>>'],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: ['>>', ''],
};

const ASSIGNMENT: Mistaken = {
  [SyntaxKind.PlusEqualsToken]: ['-=', '='],
  [SyntaxKind.MinusEqualsToken]: ['+=', '='],
  [SyntaxKind.AsteriskEqualsToken]: ['+='],
  [SyntaxKind.BarEqualsToken]: ['&=', '='],
  [SyntaxKind.AmpersandEqualsToken]: ['|=', '='],
  [SyntaxKind.CaretEqualsToken]: ['|='],
  [SyntaxKind.LessThanLessThanEqualsToken]: ['>>='],
  [SyntaxKind.GreaterThanGreaterThanEqualsToken]: ['<<='],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken]: ['>>='],
  [SyntaxKind.QuestionQuestionEqualsToken]: ['='],
};

export const binaryOperators: readonly Operator[] = [
  between('boundary', 'a limit is one off: < for <=, > for >=', BOUNDARY),
  between('equality', '=== for !==', EQUALITY),
  between('logic', '&& for ||, or the second operand forgotten', LOGIC),
  between('arithmetic', '+ for -, / for *, or the second operand forgotten', ARITHMETIC),
  between('bits', '& for |, >> for >>>, or a mask or shift forgotten', BITS),
  between('assignment', '+= for -=, |= for &=, or a plain = for either', ASSIGNMENT),
];

function between(name: string, does: string, mistaken: Mistaken): Operator {
  return {
    name,
    does,
    *at(node): Generator<Replacement> {
      if (!ts.isBinaryExpression(node) || joinsText(node)) return;
      const { left, operatorToken, right } = node;
      for (const other of mistaken[operatorToken.kind] ?? []) {
        const text =
          other === ''
            ? left.getText()
            : `${left.getText()} ${other} ${other === '&&' || other === '||' ? `(${right.getText()})` : right.getText()}`;
        yield { node, text };
      }
    },
  };
}

/** Whether a `+` puts text together, as far as its operands show. */
function joinsText(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isParenthesizedExpression(node)) return joinsText(node.expression);
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === SyntaxKind.PlusToken &&
    (joinsText(node.left) || joinsText(node.right))
  );
}
