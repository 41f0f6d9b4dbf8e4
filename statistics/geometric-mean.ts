/**
 * The geometric mean of the values above 0; 0 where there is none. The ratio of two such means over the same turns is the
 * geometric mean of the ratios of each turn, so ratios follow from the values that they stand beside.
 */
export function geometricMean(values: readonly number[]): number {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return 0;
  return Math.exp(positive.reduce((sum, value) => sum + Math.log(value), 0) / positive.length);
}
