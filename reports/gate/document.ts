/** What the gate found: a run against a baseline, as `lvs-lab gate --json` prints it and all its reports show it. */
import type { Result } from '../result.ts';

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
  /** Part of the result: `cases`, `timings`, …, or `ledger`. */
  readonly section: string;
  readonly key: string;
  /** Whose it is; absent where it is about no director. */
  readonly director?: string;
  readonly answer: Answer;
  /** From what to what, by how much, how sure; without the key. */
  readonly sentence: string;
  readonly quotient?: Quotient;
}

/** How a timing's ratio to its references changed: now divided by then, turned so that above 1 is better. */
export interface Quotient {
  readonly value: number;
  /** Its interval, so wide that all benchmarks' intervals hold at once. */
  readonly low: number;
  readonly high: number;
  /** Probability of as low a quotient if nothing had changed; and of as high a one. */
  readonly pWorse: number;
  readonly pBetter: number;
  /** The smallest loss that would be found with a probability of 0.9: 0.1 is a tenth less. */
  readonly detectableLoss: number;
}

export interface GateReport {
  readonly format: 'lvs-lab gate';
  readonly schemaVersion: 1;
  readonly status: 'passed' | 'regression' | 'untrusted';
  readonly exitCode: number;
  /** Why the run cannot be trusted, where it cannot: a sentence each. */
  readonly reasons: readonly string[];
  readonly run: Pick<Result['run'], 'id' | 'version' | 'startedAt' | 'seed'>;
  /** What the baseline was made from. */
  readonly baseline: Pick<Result['run'], 'version' | 'startedAt' | 'seed'> & {
    readonly machine: Omit<Result['run']['machine'], 'memoryBytes'>;
    readonly runs: number;
  };
  /** Whether what nobody can be sure of fails too. */
  readonly strict: boolean;
  /** Names of the directors that alone were judged, where some were asked for. */
  readonly directors?: readonly string[];
  /** Everything that was compared, worst first. */
  readonly comparisons: readonly Comparison[];
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
