import { mean } from '../../../statistics/shares.ts';

/**
 * Maglev's over-provision factor (Eisenbud et al., NSDI 2016, §5.3): max xᵢ / mean x, where xᵢ is what server i got for each
 * unit of its weight. 1 is perfect; 1.2 means that all servers must be built 20 % larger for the sake of the fullest one.
 */
export function maxOverAverage(servedPerWeight: readonly number[]): number {
  const average = mean(servedPerWeight);
  return average === 0 ? 1 : Math.max(...servedPerWeight) / average;
}
