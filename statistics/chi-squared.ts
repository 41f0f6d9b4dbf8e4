import { sum } from './shares.ts';
import { lowerGamma, upperGamma } from './special-functions.ts';

export interface ChiSquaredTest {
  /** Σ (nᵢ − N pᵢ)² / (N pᵢ). */
  readonly statistic: number;
  /** Servers that may be chosen, less one. */
  readonly degreesOfFreedom: number;
  /** Probability of a statistic at least as large if connections are dealt independently with these probabilities. */
  readonly p: number;
}

/** Pearson's χ² test of goodness of fit. A server that was to get nothing and got something makes p 0. */
export function chiSquaredTest(counts: readonly number[], probabilities: readonly number[]): ChiSquaredTest {
  const total = sum(counts);
  let statistic = 0;
  let choices = 0;
  counts.forEach((count, i) => {
    const expected = total * (probabilities[i] as number);
    if (expected > 0) {
      statistic += (count - expected) ** 2 / expected;
      choices++;
    } else if (count > 0) statistic = Number.POSITIVE_INFINITY;
  });
  const degreesOfFreedom = Math.max(choices - 1, 0);
  return { statistic, degreesOfFreedom, p: chiSquaredTail(statistic, degreesOfFreedom) };
}

/** P(X ≥ x) for a χ² distribution. With no degree of freedom X is 0. */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom === 0) return x > 0 ? 0 : 1;
  return upperGamma(degreesOfFreedom / 2, x / 2);
}

/** The x that is exceeded with probability `alpha`. @param degreesOfFreedom At least 1. */
export function chiSquaredCritical(alpha: number, degreesOfFreedom: number): number {
  let low = 0;
  let high = degreesOfFreedom + 1;
  while (chiSquaredTail(high, degreesOfFreedom) > alpha) high *= 2;
  // Halving until doubles run out.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (chiSquaredTail(middle, degreesOfFreedom) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * P(X ≥ x) for a noncentral χ² distribution: central ones with two degrees more each, mixed by a Poisson distribution
 * of mean λ/2, summed from its middle outwards until what is left does not count.
 */
export function noncentralChiSquaredTail(x: number, degreesOfFreedom: number, noncentrality: number): number {
  const half = noncentrality / 2;
  const middle = Math.floor(half);
  const terms = Math.ceil(12 * Math.sqrt(half + 1)) + 20;
  let below = 0;
  for (let j = Math.max(0, middle - terms); j <= middle + terms; j++) {
    below += poisson(j, half) * lowerGamma(degreesOfFreedom / 2 + j, x / 2);
  }
  return Math.min(1, Math.max(0, 1 - below));
}

function poisson(j: number, rate: number): number {
  if (rate === 0) return j === 0 ? 1 : 0;
  let logFactorial = 0;
  for (let k = 2; k <= j; k++) logFactorial += Math.log(k);
  return Math.exp(j * Math.log(rate) - rate - logFactorial);
}
