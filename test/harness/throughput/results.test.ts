import { describe, expect, it } from 'vitest';
import { direct } from '../../../harness/directors/direct/index.ts';
import { haproxy } from '../../../harness/directors/haproxy/index.ts';
import { tsDirector } from '../../../harness/directors/ts/index.ts';
import type { Entered } from '../../../harness/throughput/contestants.ts';
import { latencySummary, resultsOf, type Sample } from '../../../harness/throughput/results.ts';
import { measures } from '../../../scenarios/throughput.ts';

const REQUESTS = measures.find(({ id }) => id === 'requests')!;
const FIXED = measures.find(({ id }) => id === 'connections-fixed')!;
const PACKETS = measures.find(({ id }) => id === 'packets')!;

const ts: Entered = {
  name: 'ts',
  contestant: tsDirector,
  unavailable: undefined,
};
const past: Entered = {
  name: 'direct',
  contestant: direct,
  unavailable: undefined,
};
const missing: Entered = {
  name: 'haproxy',
  contestant: haproxy,
  unavailable: 'haproxy is not installed',
};

/** A turn of a tenth of a second. */
function sample(
  value: number,
  more: Partial<Sample> & { machineMs?: number; tickVariance?: number } = {},
): Sample {
  const { machineMs = 120, tickVariance = 0, ...rest } = more;
  const roles = { generator: 60, director: 30, server: 10, softirq: 20, machine: machineMs };
  const cpu = { elapsedMs: 100, busiestServerMs: 10, tickVariance, roles };
  return { value, cpu, latenciesMs: [], bottleneck: 'generator', ...rest };
}

describe('results of a measure', () => {
  it('hold samples in order, their geometric mean, and a ratio for the director alone', () => {
    const [own, reference] = resultsOf(REQUESTS, 'nat', [
      { entered: ts, samples: [90, 110, 100].map((value) => sample(value)) },
      { entered: past, samples: [100, 120, 110].map((value) => sample(value)) },
    ]);
    expect(own).toMatchObject({
      id: 'throughput/requests/nat/ts',
      status: 'measured',
      samples: [90, 110, 100],
      geometricMean: expect.closeTo(99.666, 2),
      ratios: [{ reference: 'direct', ratio: { value: expect.closeTo(0.909, 2), samples: 3 } }],
    });
    expect(reference?.ratios).toEqual([]);
  });

  it('have ratios that are those of their geometric means', () => {
    const [own, reference] = resultsOf(REQUESTS, 'nat', [
      { entered: ts, samples: [90, 150, 70, 100].map((value) => sample(value)) },
      { entered: past, samples: [100, 80, 120, 50].map((value) => sample(value)) },
    ]);
    expect(own!.geometricMean / reference!.geometricMean).toBeCloseTo(own!.ratios[0]!.ratio.value, 12);
  });

  it('leave out turns that gave nothing, and are an error where most did', () => {
    const outcome = (values: readonly number[]) =>
      resultsOf(REQUESTS, 'nat', [{ entered: ts, samples: values.map((value) => sample(value)) }])[0];
    expect(outcome([8, 0, 2, 4])).toMatchObject({
      status: 'measured',
      samples: [8, 0, 2, 4],
      geometricMean: expect.closeTo(4, 12),
    });
    expect(outcome([8, 0, 0])).toMatchObject({
      status: 'error',
      reason: 'nothing came through in 2 of 3 turns',
    });
  });

  it('say of rates of frames what they are of, and where frames were lost in all turns together', () => {
    const fates = [
      { offered: 600, lostOnLink: 50, lostInside: 0 },
      { offered: 400, lostOnLink: 0, lostInside: 200 },
    ];
    const [own] = resultsOf(PACKETS, 'nat', [
      { entered: ts, samples: fates.map((fate) => sample(100, { fate })) },
    ]);
    expect(own).toMatchObject({ flows: 4096, frameBytes: 64, lost: { onLink: 0.05, inside: 0.2 } });
    const [requests] = resultsOf(REQUESTS, 'nat', [{ entered: ts, samples: [sample(100)] }]);
    expect(requests).not.toHaveProperty('lost');
    expect(requests).not.toHaveProperty('flows');
  });

  it('compare the median latency of each turn where the rate is given', () => {
    const turn = (latenciesMs: number[]) => sample(400, { latenciesMs });
    const [own, reference] = resultsOf(FIXED, 'nat', [
      { entered: ts, samples: [turn([1, 2, 9]), turn([4, 8, 9])] },
      { entered: past, samples: [turn([1, 1, 9]), turn([4, 4, 9])] },
    ]);
    expect(own?.medianLatencyMs).toMatchObject({
      samples: [2, 8],
      geometricMean: expect.closeTo(4, 12),
      ratios: [{ reference: 'direct', ratio: { value: expect.closeTo(2, 12) } }],
    });
    expect(reference?.medianLatencyMs?.ratios).toEqual([]);
    const [requests] = resultsOf(REQUESTS, 'nat', [{ entered: ts, samples: [turn([1])] }]);
    expect(requests).not.toHaveProperty('medianLatencyMs');
  });

  it('share out CPU time by role, as shares of one core, and say who held it back most often', () => {
    const [own] = resultsOf(REQUESTS, 'nat', [
      {
        entered: ts,
        samples: [sample(1), sample(2, { bottleneck: 'machine' }), sample(3, { bottleneck: 'machine' })],
      },
    ]);
    expect(own).toMatchObject({
      cpu: { generator: 0.6, director: 0.3, server: 0.1, softirq: 0.2, others: expect.closeTo(0.2, 9) },
      bottleneck: 'machine',
    });
    expect(own?.reason).toBeUndefined();
  });

  it('count of what others used as much as is certain: a few ticks of a short measurement are not', () => {
    const used = (tickVariance: number) =>
      resultsOf(REQUESTS, 'nat', [
        {
          entered: ts,
          samples: [1, 1, 1, 1].map((value) => sample(value, { machineMs: 150, tickVariance })),
        },
      ])[0]?.cpu.others;
    expect(used(0)).toBeCloseTo(0.5, 9);
    // Two standard deviations of four turns: 80 of 400 ms.
    expect(used(400)).toBeCloseTo(0.3, 9);
    expect(used(10_000)).toBe(0);
  });

  it('say so where others used the machine, and where something stood in for what was wanted', () => {
    const [own] = resultsOf(REQUESTS, 'nat', [
      { entered: ts, samples: [sample(1, { machineMs: 195, note: 'answered by other servers' })] },
    ]);
    expect(own?.reason).toMatch(/^answered by other servers; other processes used (0\.9|1\.0) cores/);
  });

  it('put latencies of all turns together', () => {
    const [own] = resultsOf(REQUESTS, 'dr', [
      { entered: ts, samples: [sample(1, { latenciesMs: [1, 3] }), sample(1, { latenciesMs: [2] })] },
    ]);
    expect(own?.latencyMs).toMatchObject({ p50: 2, max: 3, samples: 3 });
  });

  it('show what is missing as skipped, what failed as an error, and what cannot carry the load not at all', () => {
    const outcomes = [
      { entered: ts, samples: [], failure: 'ts ended by itself' },
      { entered: missing, samples: [] },
      { entered: past, samples: [sample(0), sample(0)] },
    ];
    expect(
      resultsOf(REQUESTS, 'nat', outcomes).map(({ director, status, reason }) => [director, status, reason]),
    ).toEqual([
      ['ts', 'error', 'ts ended by itself'],
      ['haproxy', 'skipped', 'haproxy is not installed'],
      ['direct', 'error', 'nothing came through'],
    ]);
    expect(resultsOf(PACKETS, 'nat', outcomes).map(({ director }) => director)).toEqual(['ts']);
  });
});

describe('a summary of latencies', () => {
  it('never falls, from the least to the greatest', () => {
    const { latencyMs, latencyDistribution } = latencySummary([5, 1, 9, 3]);
    expect(latencyMs).toEqual({ p50: 3, p90: 9, p99: 9, max: 9, samples: 4 });
    const values = latencyDistribution!.map(([, ms]) => ms);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect([values[0], values.at(-1)]).toEqual([1, 9]);
    expect(latencySummary([])).toEqual({});
  });
});
