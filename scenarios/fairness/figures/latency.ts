/** Latencies of a fairness run: their mean, and values that a share of them does not exceed. */
import { ascending, quantile } from '../../../statistics/quantiles.ts';
import { mean } from '../../../statistics/shares.ts';

export interface LatencyFigures {
  readonly latencyMeanMs: number;
  readonly latencyP50Ms: number;
  readonly latencyP90Ms: number;
  readonly latencyP99Ms: number;
}

export function latencyFigures(latenciesMs: readonly number[]): LatencyFigures {
  const sorted = ascending(latenciesMs);
  return {
    latencyMeanMs: mean(sorted),
    latencyP50Ms: quantile(sorted, 0.5),
    latencyP90Ms: quantile(sorted, 0.9),
    latencyP99Ms: quantile(sorted, 0.99),
  };
}

/** Points of the distribution for a plot: share of requests, and the latency that they do not exceed. */
export function latencyDistribution(latenciesMs: readonly number[], points: number): [number, number][] {
  const sorted = ascending(latenciesMs);
  return Array.from({ length: points }, (_, i) => {
    const share = (i + 1) / points;
    return [share, quantile(sorted, share)];
  });
}
