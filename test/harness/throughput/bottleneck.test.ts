import { describe, expect, it } from 'vitest';
import { bottleneckOf, type Observed } from '../../../harness/throughput/bottleneck.ts';
import type { CpuUse } from '../../../harness/throughput/cpu-meter.ts';

/** Shares of one core. */
function use(shares: { generator?: number; director?: number; server?: number; machine?: number }): CpuUse {
  const { generator = 0, director = 0, server = 0, machine = 0 } = shares;
  const ms = (share: number) => share * 1000;
  return {
    elapsedMs: 1000,
    roles: {
      generator: ms(generator),
      director: ms(director),
      server: ms(server),
      machine: ms(machine),
      softirq: 0,
    },
    busiestServerMs: ms(server),
    tickVariance: 0,
  };
}

const CORES = 2;
const lossless = (perSecond: number): Observed => ({
  kind: 'packets',
  perSecond,
  isLossyAbove: false,
  generatorLimit: 1_000_000,
});
const lossy: Observed = {
  kind: 'packets',
  perSecond: 300_000,
  isLossyAbove: true,
  generatorLimit: 1_000_000,
};

describe('what held a measurement back', () => {
  it.each([
    ['none', { kind: 'fixed rate', answeredShare: 0.99 }, { director: 0.95 }],
    ['director', { kind: 'fixed rate', answeredShare: 0.5 }, { director: 0.95 }],
    ['generator', lossless(950_000), { generator: 1 }],
    // The kernel forwards in the sender's name.
    ['director', lossless(400_000), { generator: 1 }],
    ['director', lossy, { generator: 0.99, director: 0.92 }],
    ['machine', lossy, { generator: 0.5, director: 0.6, machine: 1.95 }],
    ['wire', lossy, { generator: 0.5, director: 0.6, machine: 1.2 }],
    ['generator', { kind: 'full speed' }, { generator: 0.98, director: 0.95 }],
    ['server', { kind: 'full speed' }, { generator: 0.5, server: 0.95 }],
    ['machine', { kind: 'full speed' }, { generator: 0.7, director: 0.6, server: 0.4, machine: 1.99 }],
    ['wire', { kind: 'full speed' }, { generator: 0.3, machine: 0.8 }],
  ] as [string, Observed, Parameters<typeof use>[0]][])(
    'is the %s: %o with %o',
    (expected, observed, shares) => {
      expect(bottleneckOf(observed, use(shares), CORES)).toBe(expected);
    },
  );
});
