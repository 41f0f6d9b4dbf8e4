/** A mistake that an operator makes at one place of the director’s sources. */
export interface Mutation {
  /** Below `director/`. */
  readonly file: string;
  readonly operator: string;
  /** What is replaced: offsets in the source, and the text in its place. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Whether it is a statement that is left out, and not an expression that is another. */
  readonly isStatement: boolean;
  /** Line of the source, from 1, on which the replaced text begins. */
  readonly line: number;
  /** The lines that hold it, right and wrong, without what is around them. */
  readonly before: string;
  readonly after: string;
  /** From 1: which one it is of those in this file with the same two texts. */
  readonly nth: number;
}
