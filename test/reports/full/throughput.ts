import { ALL_MODES } from '../../../lab/modes.ts';
import type { ThroughputResult } from '../../../reports/result-figures.ts';
import { geometricMean } from '../../../statistics/geometric-mean.ts';
import { pairedRatio } from '../../../statistics/interval.ts';
import { randomFrom } from './random.ts';

interface Measure {
  readonly measure: string;
  readonly title: string;
  readonly unit: string;
  /** What the fastest reference reaches. */
  readonly base: number;
  /** All reach it, and what differs is the latency. */
  readonly rateIsGiven?: boolean;
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
  {
    measure: 'connections-fixed',
    title: 'New connections at a fixed rate of 400/s',
    unit: 'connections/s',
    base: 400,
    rateIsGiven: true,
  },
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
  const results = ALL_MODES.flatMap((mode) =>
    MEASURES.flatMap((measure) =>
      Object.entries(DIRECTORS)
        .filter(([director]) => mode === 'nat' || !['nft', 'haproxy'].includes(director))
        .map(([director, speed]) => resultOf(measure, mode, director, speed, random)),
    ),
  );
  return results.map((own) => withRatios(own, results));
}

function resultOf(
  { measure, title, unit, base, rateIsGiven = false }: Measure,
  mode: ThroughputResult['mode'],
  director: string,
  speed: number,
  random: () => number,
): ThroughputResult {
  const isLatency = measure === 'latency';
  const centre = isLatency ? base / speed : base * speed;
  const around = (value: number) => Array.from({ length: 8 }, () => value * (0.95 + random() * 0.1));
  const samples = rateIsGiven ? Array.from({ length: 8 }, () => base) : around(centre);
  const latencies = rateIsGiven ? around(1.3 / speed) : [];
  // One measurement that others on the machine disturbed.
  const isDisturbed = measure === 'requests' && mode === 'nat' && director === 'direct';
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
    geometricMean: geometricMean(isSkipped ? [] : samples),
    ratios: [],
    ...(rateIsGiven && {
      medianLatencyMs: { samples: latencies, geometricMean: geometricMean(latencies), ratios: [] },
    }),
    ...(isDisturbed && { reason: 'other processes used 0.9 cores: treat as unreliable' }),
    ...(measure !== 'packets' && {
      latencyMs: { p50: 1.1 / speed, p90: 1.9 / speed, p99: 4.2 / speed, max: 19 / speed, samples: 4000 },
      latencyDistribution: Array.from({ length: 40 }, (_, index): [number, number] => {
        const fraction = (index + 0.5) / 40;
        return [fraction, (0.6 - Math.log(1 - fraction) * 0.8) / speed];
      }),
    }),
    cpu: {
      generator: 0.71,
      director: director === 'direct' ? 0 : Math.min(1, 0.6 / speed),
      server: 0.4,
      softirq: 0.1,
      others: isDisturbed ? 0.9 : 0.2,
    },
    bottleneck: isLatency || rateIsGiven ? 'none' : director === 'direct' ? 'generator' : 'director',
  };
}

/** A director's result with its ratio to every reference in the same mode. */
function withRatios(own: ThroughputResult, all: readonly ThroughputResult[]): ThroughputResult {
  const { mode, measure, director, medianLatencyMs } = own;
  if (director !== 'ts') return own;
  const references = all.filter((one) => one.mode === mode && one.measure === measure && one !== own);
  const ratiosOf = (samplesOf: (one: ThroughputResult) => readonly number[]) =>
    references.flatMap((one) => {
      const ratio = pairedRatio(samplesOf(own), samplesOf(one));
      return ratio === undefined ? [] : [{ reference: one.director, ratio }];
    });
  return {
    ...own,
    ratios: ratiosOf(({ samples }) => samples),
    ...(medianLatencyMs && {
      medianLatencyMs: {
        ...medianLatencyMs,
        ratios: ratiosOf((one) => one.medianLatencyMs?.samples ?? []),
      },
    }),
  };
}
