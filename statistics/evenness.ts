/** Figures that say how evenly something was shared out by weight, whatever the order. */
import { mean, servedPerWeight, sharesOf, sum } from './shares.ts';

/** All of them. @param counts What each server got. */
export function evennessOf(counts: readonly number[], weights: readonly number[]) {
  const perWeight = servedPerWeight(counts, weights);
  return {
    largestShareDeviation: largestShareDeviation(counts, sharesOf(weights)),
    jainIndex: jainIndex(perWeight),
    maxOverAverage: maxOverAverage(perWeight),
    coefficientOfVariation: coefficientOfVariation(perWeight),
  };
}

/**
 * The largest relative deviation of a server's share from its ideal one: max |nᵢ / N − pᵢ| / pᵢ. 0 is perfect; 0.03 means
 * that some server got 3 % more or less than it should have. What a server got that was to get nothing counts as 1.
 */
export function largestShareDeviation(counts: readonly number[], idealShares: readonly number[]): number {
  const total = sum(counts);
  if (total === 0) return 0;
  return Math.max(
    ...counts.map((count, i) => {
      const ideal = idealShares[i] as number;
      if (ideal === 0) return count > 0 ? 1 : 0;
      return Math.abs(count / total - ideal) / ideal;
    }),
  );
}

/**
 * Jain's fairness index (Jain, Chiu, Hawe 1984): (Σ xᵢ)² / (n · Σ xᵢ²), where xᵢ is what server i got for each unit of its
 * weight. 1 is perfectly fair; 1/n means that one server got everything.
 */
export function jainIndex(servedPerWeight: readonly number[]): number {
  const squares = sum(servedPerWeight.map((value) => value * value));
  // Nobody got anything: all got the same.
  if (squares === 0) return 1;
  return sum(servedPerWeight) ** 2 / (servedPerWeight.length * squares);
}

/**
 * Maglev's over-provision factor (Eisenbud et al., NSDI 2016, §5.3): max xᵢ / mean x, where xᵢ is what server i got for each
 * unit of its weight. 1 is perfect; 1.2 means that all servers must be built 20 % larger for the sake of the fullest one.
 */
export function maxOverAverage(servedPerWeight: readonly number[]): number {
  const average = mean(servedPerWeight);
  return average === 0 ? 1 : Math.max(...servedPerWeight) / average;
}

/** Standard deviation over mean of what the servers got for each unit of weight; they are the whole population. 0 is perfect. */
export function coefficientOfVariation(servedPerWeight: readonly number[]): number {
  const average = mean(servedPerWeight);
  if (average === 0) return 0;
  return Math.sqrt(mean(servedPerWeight.map((value) => (value - average) ** 2))) / average;
}
