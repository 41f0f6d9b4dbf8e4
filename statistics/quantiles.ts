/** Quantiles and medians: every percentile that this project computes is one of these. */

/** Steps of a double's last digit that `fraction * length` may be off the whole number that is meant. */
const ROUNDING = 4 * Number.EPSILON;

/**
 * The smallest value that at least this fraction of the values do not exceed: nearest rank, which is the inverse of the
 * empirical distribution function (type 1 of Hyndman and Fan, The American Statistician 50, 1996). It is always one of the
 * values; 0 of none.
 *
 * @param sorted In ascending order.
 * @param fraction From 0, which gives the least value, to 1, which gives the greatest.
 */
export function quantile(sorted: readonly number[], fraction: number): number {
  const rank = Math.ceil(fraction * sorted.length * (1 - ROUNDING));
  return sorted[Math.max(0, rank - 1)] ?? 0;
}

/** The middle value, or the mean of the two in the middle where their number is even (type 2 of Hyndman and Fan); 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}
