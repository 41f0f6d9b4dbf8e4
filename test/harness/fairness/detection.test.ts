import { describe, expect, it } from 'vitest';
import { SCHEDULERS } from '../../../director/index.ts';
import { runFairness } from '../../../harness/fairness/run.ts';
import { putBiased, RS1, RS3 } from './fixtures/biased.ts';

/** What is played in memory, with as many connections as it takes to see 3 %. */
const SITUATIONS = ['long-run', 'draws', 'calibration'];

function play(schedulers: readonly string[], seed: number) {
  return runFairness({
    modes: ['nat'],
    schedulers,
    profile: 'default',
    seed,
    situations: SITUATIONS,
    outDirectory: '/nowhere',
    step: () => undefined,
  });
}

describe('a scheduler that is unfair by 3 % of one server’s share', () => {
  // Where one server gets everything, it is the only one that can be robbed.
  it.each(Object.keys(SCHEDULERS).map((name) => [name, name === 'fo' ? RS3 : RS1] as const))(
    'is detected: %s',
    async (name, victim) => {
      using _ = putBiased(name, victim);
      const { fairness } = await play([name], 1);
      const failed = fairness.filter(({ status }) => status === 'failed');
      expect(failed.length).toBeGreaterThan(0);
      for (const { reason } of failed)
        expect(reason).toMatch(/elsewhere|off its share|than chance|deviations/);
    },
  );
});

describe('the right schedulers', () => {
  it('raise no alarm in three runs', { timeout: 300_000 }, async () => {
    for (let seed = 1; seed <= 3; seed++) {
      const { fairness } = await play(Object.keys(SCHEDULERS), seed);
      expect(fairness).toHaveLength(20);
      for (const { id, status, reason } of fairness)
        expect([id, status, reason]).toEqual([id, 'passed', undefined]);
    }
  });
});
