import { ALL_MODES } from '../../../lab/modes.ts';
import type { AcrossModes, FairnessResult, ScaleResult } from '../../../reports/result-figures.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';
import { type Balanced, balance, type Server } from './balance.ts';

interface Situation {
  readonly situation: string;
  readonly title: string;
  readonly weights: readonly number[];
  readonly services: readonly number[];
  readonly modes: readonly FairnessResult['mode'][];
}

const SITUATIONS: readonly Situation[] = [
  { situation: 'equal', title: 'Equal servers', weights: [1, 1, 1], services: [2, 2, 2], modes: ALL_MODES },
  {
    situation: 'weights',
    title: 'Weights 1 : 2 : 4',
    weights: [1, 2, 4],
    services: [2, 2, 2],
    modes: ALL_MODES,
  },
  {
    situation: 'speeds',
    title: 'Servers of different speed',
    weights: [1, 1, 1],
    services: [1, 2, 8],
    modes: ALL_MODES,
  },
  {
    situation: 'restart',
    title: 'Long connections, one server restarted',
    weights: [1, 1, 1],
    services: [40, 40, 40],
    modes: ['nat'],
  },
  {
    situation: 'one-address',
    title: 'All clients behind one address',
    weights: [1, 1, 1],
    services: [2, 2, 2],
    modes: ['nat'],
  },
  {
    situation: 'change',
    title: 'A server leaves in the middle',
    weights: [1, 1, 1, 1],
    services: [2, 2, 2, 2],
    modes: ['nat'],
  },
];

const CONNECTIONS = 600;

export const DEFINITIONS: Readonly<Record<string, string>> = {
  jainIndex:
    'Jain’s index of connections divided by weight: (Σx)² / (n·Σx²). 1 is perfectly fair, 1/n the worst.',
  maxOverAverage:
    'Most loaded server’s connections by weight, over the average: what one has to provision for.',
  coefficientOfVariation: 'Standard deviation of connections by weight, over their mean.',
  worstPrefixError:
    'Largest difference, in connections, between what a server had and its share, over every prefix of the sequence.',
  chiSquare: 'Σ (seen − expected)² / expected over the servers.',
  latencyP50Ms: 'Half of the requests were answered within this time, from the intended time of sending.',
  latencyP99Ms: '99 of 100 requests were answered within this time, from the intended time of sending.',
};

/** Every situation with every scheduler, as a full run would have them. */
export function fairnessResults(): FairnessResult[] {
  return SITUATIONS.flatMap((situation) => {
    const servers = situation.weights.map(
      (weight, index): Server => ({ host: `rs${index + 1}`, weight, service: situation.services[index]! }),
    );
    return ALL_SCHEDULERS.flatMap((scheduler) => {
      const balanced = balance(scheduler, servers, CONNECTIONS);
      return situation.modes.map((mode) => resultOf(situation, scheduler, mode, servers, balanced));
    });
  });
}

function resultOf(
  { situation, title }: Situation,
  scheduler: string,
  mode: FairnessResult['mode'],
  servers: readonly Server[],
  { sequence, latencyMs, active }: Balanced,
): FairnessResult {
  const weights = servers.reduce((sum, { weight }) => sum + weight, 0);
  const counts = servers.map((_, index) => sequence.filter((at) => at === index).length);
  const served = servers.map(({ weight }, index) => counts[index]! / weight);
  const mean = served.reduce((sum, value) => sum + value, 0) / served.length;
  const errors = prefixErrors(sequence, servers, weights);
  const sorted = [...latencyMs].sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))]!;
  const promises = !['sh', 'dh', 'mh', 'fo', 'ovf', 'lblc', 'lblcr', 'lc'].includes(scheduler);
  return {
    id: `fairness/${situation}/${mode}/${scheduler}`,
    situation,
    title,
    source: 'kernel: schedulers, §2',
    mode,
    director: 'ts',
    scheduler,
    lab: 'live',
    status: promises ? 'passed' : 'shown',
    sample: {
      connections: CONNECTIONS,
      tests: promises
        ? [
            {
              of: 'decisions',
              against: 'the reference model',
              detectableEffect: 0.0143,
              alpha: 0,
              power: 0.99,
            },
          ]
        : [],
    },
    servers: servers.map(({ host, weight }, index) => ({
      host,
      weight,
      connections: counts[index]!,
      requests: counts[index]!,
      bytes: counts[index]! * 1310,
      ...(promises && { idealShare: weight / weights }),
    })),
    figures: {
      jainIndex:
        served.reduce((sum, value) => sum + value, 0) ** 2 /
        (served.length * served.reduce((sum, value) => sum + value ** 2, 0)),
      maxOverAverage: Math.max(...served) / mean,
      coefficientOfVariation:
        Math.sqrt(served.reduce((sum, value) => sum + (value - mean) ** 2, 0) / served.length) / mean,
      worstPrefixError: Math.max(...errors),
      ...(situation === 'speeds' && { latencyP50Ms: quantile(0.5), latencyP99Ms: quantile(0.99) }),
    },
    deterministic: ['jainIndex', 'maxOverAverage', 'coefficientOfVariation', 'worstPrefixError'],
    ...(promises && { sequence: { compared: CONNECTIONS, different: 0, digest: 'b6c1f4e0' } }),
    series: [
      {
        name: 'active connections over time',
        xLabel: 'time (s)',
        yLabel: 'active connections',
        x: active.map((_, index) => index / 4),
        lines: Object.fromEntries(servers.map(({ host }, index) => [host, active.map((at) => at[index]!)])),
      },
      {
        name: 'prefix error',
        xLabel: 'connections',
        yLabel: 'connections off',
        x: errors.map((_, index) => index + 1),
        lines: { error: errors },
      },
      ...(situation === 'speeds'
        ? [
            {
              name: 'latency distribution',
              xLabel: 'latency (ms)',
              yLabel: 'fraction of requests',
              x: Array.from({ length: 50 }, (_, index) => quantile((index + 0.5) / 50)),
              lines: { requests: Array.from({ length: 50 }, (_, index) => (index + 1) / 50) },
            },
          ]
        : []),
    ],
    conclusion: promises
      ? `Every server got its share to within ${Math.max(...errors).toFixed(1)} connections at every moment.`
      : `${scheduler} promises no shares; the busiest server got ${(Math.max(...served) / mean).toFixed(2)} times the average.`,
  };
}

/** For every prefix of a sequence, by how many connections the worst server is off its share. */
function prefixErrors(sequence: readonly number[], servers: readonly Server[], weights: number): number[] {
  const counts = servers.map(() => 0);
  return sequence.map((at, index) => {
    counts[at]!++;
    return Math.max(
      ...servers.map(({ weight }, server) => Math.abs(counts[server]! - ((index + 1) * weight) / weights)),
    );
  });
}

export function acrossModes(): AcrossModes[] {
  return ALL_SCHEDULERS.map((scheduler) => {
    const mustBeAlike = !['lc', 'wlc', 'sed', 'nq', 'twos', 'ovf', 'lblc', 'lblcr'].includes(scheduler);
    return {
      scheduler,
      connections: CONNECTIONS,
      digests: {
        nat: 'b6c1f4e0',
        dr: mustBeAlike ? 'b6c1f4e0' : '1d00c7aa',
        tun: mustBeAlike ? 'b6c1f4e0' : '1d00c7aa',
      },
      alike: mustBeAlike,
      mustBeAlike,
      reason: mustBeAlike
        ? 'It decides from addresses and turns alone.'
        : 'It counts active connections, and in DR and TUN the director never sees the server’s side of them.',
    };
  });
}

export function scaleResults(): ScaleResult[] {
  return ALL_SCHEDULERS.map((scheduler, index) => ({
    scheduler,
    connections: 10_000_000,
    servers: 1000,
    durationMs: 61_000 + index * 731,
    peakConnections: 1_204_551 + index * 113,
    memoryBytes: 412_000_000 + index * 1_000_000,
    figures: { jainIndex: 0.99 - index / 100, maxOverAverage: 1.02 + index / 20 },
    digest: `c0ffee${index.toString(16).padStart(2, '0')}`,
  }));
}
