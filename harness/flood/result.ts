/** A flood as a result file has it: figures of each phase, and what can be drawn over time. */
import type { FloodResult } from '../../reports/result-flood.ts';
import { ascending, quantile } from '../../statistics/quantiles.ts';
import type { FloodPlace } from './judge.ts';
import type { FloodRecord, FloodSample } from './sample.ts';

const PHASES = ['before', 'during', 'after'] as const;
const MIB = 1 << 20;

export function floodResult(record: FloodRecord, { mode, director }: FloodPlace): FloodResult {
  const { samples, sentFrames, framesPerSecond, established, lost, untakenFrames } = record;
  return {
    ...{ id: `flood/${mode}`, mode, director },
    ...{ sentFrames, framesPerSecond, established, lost, untakenFrames },
    phases: PHASES.map((phase) => {
      const own = samples.filter((one) => one.phase === phase);
      const latencies = ascending(own.flatMap(({ latenciesMs }) => latenciesMs));
      return {
        phase,
        requests: latencies.length,
        p50Ms: quantile(latencies, 0.5),
        p99Ms: quantile(latencies, 0.99),
        mostConnections: most(own, ({ connections }) => connections),
        mostMemoryBytes: most(own, ({ memoryBytes }) => memoryBytes),
      };
    }),
    series: [
      seriesOf(samples, 'Latency of established connections', 'ms', {
        p50: ({ latenciesMs }) => quantile(ascending(latenciesMs), 0.5),
        p99: ({ latenciesMs }) => quantile(ascending(latenciesMs), 0.99),
      }),
      seriesOf(samples, 'Connection table', 'entries', { entries: ({ connections }) => connections }),
      seriesOf(samples, 'Memory of the director', 'MiB', { memory: ({ memoryBytes }) => memoryBytes / MIB }),
    ],
  };
}

function most(samples: readonly FloodSample[], of: (sample: FloodSample) => number): number {
  return samples.reduce((highest, one) => Math.max(highest, of(one)), 0);
}

function seriesOf(
  samples: readonly FloodSample[],
  name: string,
  yLabel: string,
  lines: Readonly<Record<string, (sample: FloodSample) => number>>,
): FloodResult['series'][number] {
  return {
    name,
    xLabel: 'seconds',
    yLabel,
    x: samples.map(({ atMs }) => atMs / 1000),
    lines: Object.fromEntries(Object.entries(lines).map(([line, of]) => [line, samples.map(of)])),
  };
}
