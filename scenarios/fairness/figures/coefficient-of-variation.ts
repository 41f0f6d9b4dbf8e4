import { mean } from '../../../statistics/shares.ts';

/** Standard deviation over mean of what the servers got for each unit of weight, all of them being the population. 0 is perfect. */
export function coefficientOfVariation(servedPerWeight: readonly number[]): number {
  const average = mean(servedPerWeight);
  if (average === 0) return 0;
  return Math.sqrt(mean(servedPerWeight.map((value) => (value - average) ** 2))) / average;
}
