/** Intervals of ratios. */

/** How a figure is known: with an interval that holds the truth with the given confidence. */
export interface Interval {
  value: number;
  low: number;
  high: number;
  /** Such as 0.95. */
  confidence: number;
  samples: number;
}

const CONFIDENCE = 0.95;

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook §1.3.6.7.2). */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL_975 = 1.96;

export function studentT975(degrees: number): number {
  const listed = T_975[degrees - 1];
  if (listed !== undefined) return listed;
  // The first term of Cornish and Fisher's expansion: right to three digits from 30 on.
  return NORMAL_975 + (NORMAL_975 ** 3 + NORMAL_975) / (4 * degrees);
}

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
  const mean = logs.reduce((sum, log) => sum + log, 0) / samples;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (samples - 1);
  const half = studentT975(samples - 1) * Math.sqrt(variance / samples);
  return {
    value: Math.exp(mean),
    low: Math.exp(mean - half),
    high: Math.exp(mean + half),
    confidence: CONFIDENCE,
    samples,
  };
}
