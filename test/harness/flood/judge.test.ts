import { expect, it } from 'vitest';
import { judgeFlood } from '../../../harness/flood/judge.ts';
import { floodResult } from '../../../harness/flood/result.ts';
import type { FloodRecord, FloodSample, Phase } from '../../../harness/flood/sample.ts';
import { flood as floodSchema } from '../../../reports/result-flood.ts';

const MIB = 1 << 20;
const where = { mode: 'nat', director: 'ts', scheduler: 'rr' } as const;

const sample = (phase: Phase, atMs: number, changed: Partial<FloodSample> = {}): FloodSample => ({
  ...{ phase, atMs, connections: 50, memoryBytes: 100 * MIB, latenciesMs: [1, 2, 3, 4] },
  ...changed,
});
const RECORD: FloodRecord = {
  samples: [
    sample('before', 0),
    sample('during', 500, { connections: 90_000, memoryBytes: 300 * MIB, latenciesMs: [5, 24] }),
    sample('after', 1000, { connections: 40_000, memoryBytes: 250 * MIB }),
    sample('after', 1500, { connections: 60, memoryBytes: 150 * MIB }),
  ],
  ...{ established: 50, lost: 0, sentFrames: 100_000, framesPerSecond: 15_000, untakenFrames: 3 },
  isDrainAwaited: true,
};
const statuses = (changed: Partial<FloodRecord> = {}) =>
  Object.fromEntries(
    judgeFlood({ ...RECORD, ...changed }, where).map(({ id, status }) => [
      id.replace('nat/flood/', ''),
      status,
    ]),
  );
const withSample = (at: number, changed: Partial<FloodSample>) => ({
  samples: RECORD.samples.map((one, i) => (i === at ? { ...one, ...changed } : one)),
});

const ALL_HOLD = { established: 'passed', latency: 'passed', table: 'passed', memory: 'passed' };

it('a flood that nobody notices passes', () => {
  expect(statuses()).toEqual(ALL_HOLD);
});

it('each thing that a flood must not do fails its case, and no other', () => {
  expect(statuses({ lost: 1 })).toEqual({ ...ALL_HOLD, established: 'failed' });
  expect(statuses(withSample(1, { latenciesMs: [5, 24.1] }))).toEqual({ ...ALL_HOLD, latency: 'failed' });
  expect(statuses(withSample(1, { latenciesMs: [] }))).toEqual({ ...ALL_HOLD, latency: 'failed' });
  expect(statuses(withSample(3, { connections: 151 }))).toEqual({ ...ALL_HOLD, table: 'failed' });
  expect(statuses(withSample(3, { memoryBytes: 151 * MIB }))).toEqual({ ...ALL_HOLD, memory: 'failed' });
});

it('what was not looked at is not judged', () => {
  expect(statuses({ isDrainAwaited: false })).toEqual({ established: 'passed', latency: 'passed' });
  expect(statuses({ sentFrames: 0 })).toEqual({ ...ALL_HOLD, established: 'error' });
  expect(statuses({ samples: RECORD.samples.slice(1) })).toEqual({
    ...ALL_HOLD,
    latency: 'error',
    memory: 'error',
  });
});

it('has figures of each phase and over time', () => {
  const result = floodSchema.parse(floodResult(RECORD, where));
  expect(
    result.phases.map(({ phase, requests, p99Ms, mostConnections }) => [
      phase,
      requests,
      p99Ms,
      mostConnections,
    ]),
  ).toEqual([
    ['before', 4, 4, 50],
    ['during', 2, 24, 90_000],
    ['after', 8, 4, 40_000],
  ]);
  expect(result.series.map(({ name, x, lines }) => [name, x.length, Object.keys(lines)])).toEqual([
    ['Latency of established connections', 4, ['p50', 'p99']],
    ['Connection table', 4, ['entries']],
    ['Memory of the director', 4, ['memory']],
  ]);
});
