/** Medians, and distributions of latency. */

/** The value below which the fraction lies, between neighbours by their distance; 0 of nothing. @param sorted ascending. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

export function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

/** Fractions at which a distribution is drawn: close together where few requests make the difference. */
const FRACTIONS = [
  0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1,
];

export function latencyFigures(latenciesMs: readonly number[]) {
  if (latenciesMs.length === 0) return {};
  const sorted = ascending(latenciesMs);
  return {
    latencyMs: {
      p50: quantile(sorted, 0.5),
      p90: quantile(sorted, 0.9),
      p99: quantile(sorted, 0.99),
      max: sorted.at(-1) as number,
      samples: sorted.length,
    },
    latencyDistribution: FRACTIONS.map((fraction): [number, number] => [
      fraction,
      quantile(sorted, fraction),
    ]),
  };
}
