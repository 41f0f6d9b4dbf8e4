/** Runs side by side, as `lvs-lab compare --json` prints them and all its reports show them. */
import type { Quotient } from '../gate/document.ts';
import type { Result } from '../result.ts';

/** What a column can be of, besides a run and a director. */
export const ATTRIBUTES = ['mode', 'scheduler', 'lab'] as const;

/** The outcome of a case that needs what its director does not declare. */
export const UNSUPPORTED = 'unsupported';

export type Attribute = (typeof ATTRIBUTES)[number];

export interface Column {
  /** `A`, or `A ipvs nat` where that tells columns apart; `nat` in a single run. */
  readonly label: string;
  /** Index of its run among those given. */
  readonly run: number;
  readonly director: string;
  readonly mode?: string;
  readonly scheduler?: string;
  readonly lab?: string;
}

export interface SideBySide {
  readonly format: 'lvs-lab comparison';
  readonly schemaVersion: 1;
  readonly runs: readonly (Pick<
    Result['run'],
    'id' | 'version' | 'command' | 'startedAt' | 'seed' | 'profile' | 'machine'
  > & {
    readonly verdict: Result['verdict']['status'];
  })[];
  readonly columns: readonly Column[];
  /** For each column, how many cases came to what. */
  readonly counts: readonly Readonly<
    Record<Result['cases'][number]['status'] | typeof UNSUPPORTED, number>
  >[];
  readonly cases: {
    /** With the same outcome in every column. */
    readonly alike: number;
    readonly different: readonly Row<string>[];
    /** Not in every column, and alike in those that have them. */
    readonly partial: readonly Row<string>[];
  };
  readonly fairness: readonly FairnessRow[];
  readonly throughput: readonly ComparedTiming[];
}

/** A value for each column; undefined where that column has none. */
export interface Row<Value> {
  readonly key: string;
  readonly title: string;
  readonly values: readonly (Value | undefined)[];
}

export interface FairnessRow extends Row<number> {
  readonly situation: string;
  readonly figure: string;
  /** For each column, how many connections were made; undefined where that column has no value. */
  readonly connections: readonly (number | undefined)[];
}

export interface ComparedTiming {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** Those that all columns were measured beside. */
  readonly references: readonly string[];
  /** For each column. */
  readonly cells: readonly (TimingCell | undefined)[];
}

export interface TimingCell {
  readonly geometricMean: number;
  /** Beside the references together. */
  readonly timing?: {
    readonly ratio: number;
    readonly low: number;
    readonly high: number;
    readonly turns: number;
  };
  /** Whether other processes used the machine while it or a reference was measured. */
  readonly isDisturbed: boolean;
  /** Against the first column that has a ratio; absent there, and where the machines are unlike. */
  readonly against?: {
    readonly answer: 'worse' | 'better' | 'noisy' | 'same';
    readonly quotient: Quotient;
  };
}

/** A, B, … Z, AA, … */
export function letter(run: number): string {
  const last = String.fromCharCode(65 + (run % 26));
  return run < 26 ? last : letter(Math.floor(run / 26) - 1) + last;
}
