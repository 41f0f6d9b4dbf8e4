import { ALL_MODES } from '../../../lab/modes.ts';
import type { Interval, ThroughputResult } from '../../../reports/result-figures.ts';
import { randomFrom } from './random.ts';

interface Measure {
  readonly measure: string;
  readonly title: string;
  readonly unit: string;
  /** What the fastest reference reaches. */
  readonly base: number;
}

const MEASURES: readonly Measure[] = [
  { measure: 'packets', title: 'Packets a second, 64 bytes, without loss', unit: 'packets/s', base: 520_000 },
  { measure: 'connections', title: 'New connections a second', unit: 'connections/s', base: 5200 },
  {
    measure: 'requests',
    title: 'Requests a second over lasting connections',
    unit: 'requests/s',
    base: 14_300,
  },
  { measure: 'latency', title: 'Latency at a fixed rate of 500 requests a second', unit: 'ms', base: 1.1 },
];

const DIRECTORS: Readonly<Record<string, number>> = {
  direct: 1,
  forward: 0.94,
  nft: 0.78,
  haproxy: 0.41,
  ts: 0.69,
};

/** Every measure in every mode for this director and the references, as a full run would have them. */
export function throughputResults(): ThroughputResult[] {
  const random = randomFrom(7);
  return ALL_MODES.flatMap((mode) =>
    MEASURES.flatMap((measure) =>
      Object.entries(DIRECTORS)
        .filter(([director]) => mode === 'nat' || !['nft', 'haproxy'].includes(director))
        .map(([director, speed]) => resultOf(measure, mode, director, speed, random)),
    ),
  );
}

function resultOf(
  { measure, title, unit, base }: Measure,
  mode: ThroughputResult['mode'],
  director: string,
  speed: number,
  random: () => number,
): ThroughputResult {
  const isLatency = measure === 'latency';
  const centre = isLatency ? base / speed : base * speed;
  const samples = Array.from({ length: 8 }, () => centre * (0.95 + random() * 0.1));
  const sorted = [...samples].sort((a, b) => a - b);
  const isSkipped = director === 'haproxy' && measure === 'packets';
  return {
    id: `throughput/${measure}/${mode}/${director}`,
    measure,
    title,
    mode,
    director,
    status: isSkipped ? 'skipped' : 'measured',
    ...(isSkipped && { reason: 'haproxy takes connections, not packets' }),
    unit,
    higherIsBetter: !isLatency,
    samples: isSkipped ? [] : samples,
    median: isSkipped ? 0 : sorted[4]!,
    ratios:
      director === 'ts'
        ? Object.entries(DIRECTORS)
            .filter(
              ([reference]) =>
                reference !== 'ts' && (mode === 'nat' || !['nft', 'haproxy'].includes(reference)),
            )
            .map(([reference, other]) => ({
              reference,
              ratio: intervalAround(isLatency ? other / speed : speed / other, random),
            }))
        : [],
    ...(measure !== 'packets' && {
      latencyMs: { p50: 1.1 / speed, p90: 1.9 / speed, p99: 4.2 / speed, max: 19 / speed, samples: 4000 },
      latencyDistribution: Array.from({ length: 40 }, (_, index): [number, number] => {
        const fraction = (index + 0.5) / 40;
        return [fraction, (0.6 - Math.log(1 - fraction) * 0.8) / speed];
      }),
    }),
    cpu: { generator: 0.71, director: director === 'direct' ? 0 : Math.min(1, 0.6 / speed), server: 0.4 },
    bottleneck: isLatency ? 'none' : director === 'direct' ? 'generator' : 'director',
  };
}

function intervalAround(value: number, random: () => number): Interval {
  const half = value * (0.01 + random() * 0.03);
  return { value, low: value - half, high: value + half, confidence: 0.95, samples: 8 };
}
