import type { ThroughputResult } from './result-figures.ts';

/** The result with what is compared of it as its figure: where the rate was given, the latency. */
export function comparedFigure(result: ThroughputResult): ThroughputResult {
  const { medianLatencyMs } = result;
  return medianLatencyMs === undefined
    ? result
    : { ...result, ...medianLatencyMs, unit: 'ms', higherIsBetter: false };
}
