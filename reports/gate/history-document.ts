/** What the gate found in many runs: how each benchmark went, as `lvs-lab gate --history --json` prints it. */
import type { Result } from '../result.ts';

export interface HistoryRun extends Pick<Result['run'], 'id' | 'version' | 'startedAt' | 'commit'> {}

/** Worst first. `too few`: it was measured in one run only. */
export const TREND_ANSWERS = ['worse', 'too few', 'better', 'steady'] as const;

export type TrendAnswer = (typeof TREND_ANSWERS)[number];

/** A benchmark in one run: the director's value divided by its references'. */
export interface TrendPoint {
  /** Index of the run in `runs`. */
  readonly run: number;
  readonly ratio: number;
}

/** Consecutive runs in which a benchmark had one level. */
export interface TrendGroup {
  /** Indexes of points. */
  readonly from: number;
  readonly count: number;
  /** Geometric mean of the ratios. */
  readonly level: number;
}

export interface Trend {
  /** Id of the benchmark: `throughput/packets/nat/ts`. */
  readonly key: string;
  readonly title: string;
  readonly higherIsBetter: boolean;
  /** Oldest first. */
  readonly points: readonly TrendPoint[];
  readonly groups: readonly TrendGroup[];
  /** What the last change was, or that there was none. */
  readonly answer: TrendAnswer;
  readonly lastChange?: {
    /** The first run after it. */
    readonly run: HistoryRun;
    /** The level after divided by the one before, turned so that above 1 is better. */
    readonly timesAsGood: number;
  };
}

export interface HistoryReport {
  readonly format: 'lvs-lab history';
  readonly schemaVersion: 1;
  readonly status: 'passed' | 'regression' | 'untrusted';
  readonly exitCode: number;
  /** Why nothing can be said, where it cannot: a sentence each. */
  readonly reasons: readonly string[];
  /** Runs that were compared, oldest first. */
  readonly runs: readonly HistoryRun[];
  readonly machine: Result['run']['machine'];
  readonly profile?: string;
  /** What was not compared, and why: a sentence each. */
  readonly leftOut: readonly string[];
  /** Worst first. */
  readonly trends: readonly Trend[];
}
