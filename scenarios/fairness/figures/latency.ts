/** What is said of latencies: their mean, and values that a share of them does not exceed. */

export interface LatencyFigures {
  readonly latencyMeanMs: number;
  readonly latencyP50Ms: number;
  readonly latencyP90Ms: number;
  readonly latencyP99Ms: number;
}

export function latencyFigures(latenciesMs: readonly number[]): LatencyFigures {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    latencyMeanMs: sorted.reduce((sum, latency) => sum + latency, 0) / sorted.length,
    latencyP50Ms: percentile(sorted, 0.5),
    latencyP90Ms: percentile(sorted, 0.9),
    latencyP99Ms: percentile(sorted, 0.99),
  };
}

/** The smallest value that at least this share of them does not exceed (nearest rank). */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
}

/** Points of the distribution for a plot: share of requests, and the latency that they do not exceed. */
export function latencyDistribution(latenciesMs: readonly number[], points: number): [number, number][] {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return Array.from({ length: points }, (_, i) => {
    const share = (i + 1) / points;
    return [share, percentile(sorted, share)];
  });
}
