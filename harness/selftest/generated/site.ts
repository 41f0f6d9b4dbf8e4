/** One place at which a mutant differs: its own, or one at which the constant is read that it changes. */
export interface Site {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isStatement: boolean;
}
