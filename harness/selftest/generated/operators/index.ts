/** Every operator, in the order in which its mistakes are listed. */
import { binaryOperators } from './binary.ts';
import { conditionOperators } from './conditions.ts';
import { numberOperators } from './numbers.ts';
import type { Operator } from './operator.ts';
import { statementOperators } from './statements.ts';

export const OPERATORS: readonly Operator[] = [
  ...conditionOperators,
  ...binaryOperators,
  ...numberOperators,
  ...statementOperators,
];
