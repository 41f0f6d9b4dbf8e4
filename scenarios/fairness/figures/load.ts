/** How even the load was over time: each server's open connections for each unit of its weight. */
import { servedPerWeight } from '../../../statistics/shares.ts';

/**
 * The worst imbalance: over every sample the largest difference between two servers' loads, max over time of
 * (max aᵢ/wᵢ − min aᵢ/wᵢ). Servers with weight 0 take no part.
 *
 * @param samples Open connections of each server, sample by sample.
 */
export function worstLoadImbalance(
  samples: readonly (readonly number[])[],
  weights: readonly number[],
): number {
  return Math.max(0, ...samples.map((active) => spreadOf(active, weights)));
}

/**
 * How soon a load is even again: after how many connections the servers' loads lie within one connection of each other,
 * and stay so until the end. Undefined if they do not.
 *
 * @param samples Open connections of each server after each connection from the change on.
 */
export function connectionsToConverge(
  samples: readonly (readonly number[])[],
  weights: readonly number[],
): number | undefined {
  const lightest = Math.min(...weights.filter((weight) => weight > 0));
  const isEven = samples.map((active) => spreadOf(active, weights) <= 1 / lightest);
  const lastUneven = isEven.lastIndexOf(false);
  return lastUneven === isEven.length - 1 ? undefined : lastUneven + 1;
}

function spreadOf(active: readonly number[], weights: readonly number[]): number {
  const loads = servedPerWeight(active, weights);
  return loads.length === 0 ? 0 : Math.max(...loads) - Math.min(...loads);
}
