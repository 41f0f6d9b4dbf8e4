/** Confidence intervals of ratios. */
import { mean } from './shares.ts';
import { studentQuantile } from './student.ts';

/** A figure, with the interval that covers the true value in this share of all cases. */
export interface Interval {
  value: number;
  low: number;
  high: number;
  /** Such as 0.95. */
  confidence: number;
  samples: number;
}

/** Of all intervals. */
export const CONFIDENCE = 0.95;

/**
 * Fewer values know so little of their spread that an interval from them alone says nothing: that of two is 12.7 standard
 * errors to each side.
 */
export const FEWEST_FOR_INTERVAL = 4;

/**
 * The ratio of two quantities that were measured in turns, from one pair for each turn: the geometric mean, with a t-interval
 * on the logarithms. Undefined with fewer than two turns, which show no spread.
 */
export function pairedRatio(values: readonly number[], references: readonly number[]): Interval | undefined {
  const logs = values.flatMap((value, i) => {
    const reference = references[i] ?? 0;
    return value > 0 && reference > 0 ? [Math.log(value / reference)] : [];
  });
  const samples = logs.length;
  if (samples < 2) return undefined;
  const average = mean(logs);
  const variance = logs.reduce((total, log) => total + (log - average) ** 2, 0) / (samples - 1);
  const half = intervalQuantile(samples - 1) * Math.sqrt(variance / samples);
  return {
    value: Math.exp(average),
    low: Math.exp(average - half),
    high: Math.exp(average + half),
    confidence: CONFIDENCE,
    samples,
  };
}

/** Half the width of an interval in standard errors. @param degrees Of freedom. */
export function intervalQuantile(degrees: number): number {
  return studentQuantile((1 - CONFIDENCE) / 2, degrees);
}
