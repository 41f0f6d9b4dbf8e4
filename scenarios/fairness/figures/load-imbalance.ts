/**
 * The worst imbalance of load: over every sample the largest difference between two servers' open connections for each
 * unit of weight, max over time of (max aᵢ/wᵢ − min aᵢ/wᵢ). Servers with weight 0 take no part.
 *
 * @param samples Open connections of each server, sample by sample.
 */
export function worstLoadImbalance(
  samples: readonly (readonly number[])[],
  weights: readonly number[],
): number {
  const imbalances = samples.map((active) => {
    const loads = active.flatMap((count, i) =>
      (weights[i] as number) > 0 ? [count / (weights[i] as number)] : [],
    );
    return loads.length === 0 ? 0 : Math.max(...loads) - Math.min(...loads);
  });
  return Math.max(0, ...imbalances);
}
