/** What the gate says of one thing that it compared. */
import type { Section } from './facts.ts';
import type { Quotient } from './timing/quotient.ts';

/** Worst first: the order in which people are told. */
export const ANSWERS = [
  /** It got worse for sure. */
  'worse',
  /** It is not what it was, where it has to be the same to the digit. */
  'changed',
  /** The baseline has it, this run has not. */
  'vanished',
  /** It holds, although the ledger says that it fails: the entry has to go. */
  'unexpected pass',
  /** The ledger names what no run has. */
  'no such case',
  /** What one wants to find could be there unseen. */
  'noisy',
  /** Timings of another machine. */
  'not compared',
  /** It fails, as the ledger says. */
  'expected failure',
  'better',
  'new',
  'same',
] as const;

export type Answer = (typeof ANSWERS)[number];

export interface Comparison {
  readonly section: Section | 'timings' | 'ledger';
  readonly key: string;
  readonly answer: Answer;
  /** From what to what, by how much, how sure; without the key. */
  readonly sentence: string;
  readonly quotient?: Quotient;
}

const FAILING: ReadonlySet<Answer> = new Set([
  'worse',
  'changed',
  'vanished',
  'unexpected pass',
  'no such case',
]);
const UNSURE: ReadonlySet<Answer> = new Set(['noisy', 'not compared']);

/** @param strict What nobody can be sure of fails too. */
export function fails({ answer }: Comparison, strict: boolean): boolean {
  return FAILING.has(answer) || (strict && UNSURE.has(answer));
}
