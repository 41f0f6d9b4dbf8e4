/** A kind of small mistake: what it makes of a piece of source. */
import type ts from 'typescript';

export interface Replacement {
  /** What is replaced: an expression by another, or a statement by nothing. */
  readonly node: ts.Expression | ts.Statement;
  /** What stands there instead; nothing, or an empty statement, for one that is left out. */
  readonly text: string;
}

export interface Operator {
  readonly name: string;
  /** What it does, as a phrase for tables. */
  readonly does: string;
  /** The mistakes that can be made at this very node, whatever is below it. */
  readonly at: (node: ts.Node) => Iterable<Replacement>;
}
