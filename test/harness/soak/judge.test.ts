import { describe, expect, it } from 'vitest';
import { judgeSoak } from '../../../harness/soak/judge.ts';
import { processFigures, type SoakSample } from '../../../harness/soak/sample.ts';

const MIB = 1024 * 1024;
const where = { mode: 'nat', director: 'ts', scheduler: 'rr' } as const;

/** Forty rounds, in the middle of which the director was restarted. */
function samples(changed: (round: number, inProcess: number) => Partial<SoakSample> = () => ({})) {
  return Array.from({ length: 40 }, (_, round): SoakSample => {
    const noise = ((round * 7) % 5) - 2;
    return {
      atMs: round * 4_000,
      pid: round < 20 ? 100 : 200,
      memoryBytes: (120 + noise) * MIB,
      descriptors: 30 + (noise > 1 ? 1 : 0),
      // All of them are in TIME_WAIT still.
      connections: 60 * ((round % 20) + 1) + noise,
      opened: 60,
      latencyMs: 2 + noise / 10,
      requests: 500,
      errors: 0,
      ...changed(round, round % 20),
    };
  });
}

const statuses = (found: readonly SoakSample[]) =>
  Object.fromEntries(judgeSoak(found, where).map(({ id, status }) => [id.replace('nat/soak/', ''), status]));
const WELL = {
  memory: 'passed',
  descriptors: 'passed',
  table: 'passed',
  latency: 'passed',
  requests: 'passed',
};

describe('a soak', () => {
  it('passes where nothing grows but what a process needs at its beginning', () => {
    expect(statuses(samples())).toEqual(WELL);
    const beginning = samples((_, round) => (round < 5 ? { memoryBytes: (80 + 8 * round) * MIB } : {}));
    expect(statuses(beginning)).toEqual(WELL);
  });

  it.each([
    ['memory', (_: number, round: number) => ({ memoryBytes: (120 + 2 * round) * MIB })],
    ['descriptors', (_: number, round: number) => ({ descriptors: 30 + round })],
    ['table', (_: number, round: number) => ({ connections: 60 * (round + 1) + 20 * round })],
    ['latency', (_: number, round: number) => ({ latencyMs: 2 + 0.4 * round })],
    ['requests', (round: number) => ({ errors: round === 30 ? 1 : 0 })],
  ])('fails where one thing does: %s', (what, changed) => {
    expect(statuses(samples(changed))).toEqual({ ...WELL, [what]: 'failed' });
  });

  it('is not judged from a few rounds', () => {
    expect(statuses(samples().slice(0, 5))).toMatchObject({ memory: 'error', table: 'error' });
    expect(statuses([])).toMatchObject({ memory: 'error', requests: 'error' });
  });

  it('asks the kernel for memory and open files', async () => {
    const { memoryBytes, descriptors } = await processFigures(process.pid);
    expect(memoryBytes).toBeGreaterThan(MIB);
    expect(descriptors).toBeGreaterThan(2);
  });
});
