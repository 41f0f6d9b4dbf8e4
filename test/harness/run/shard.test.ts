import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARTS } from '../../../harness/bench/options.ts';
import { planRun } from '../../../harness/bench/plan.ts';
import { shardOf } from '../../../harness/commands/values.ts';
import { type Shard, shareOf, shareOfEach } from '../../../harness/run/shard.ts';
import { sharedParts, sharedPlans } from '../../../harness/run/shared-plans.ts';

/** All shards of so many. */
const shards = (of: number): Shard[] => Array.from({ length: of }, (_, i) => ({ index: i + 1, of }));

describe('shards', () => {
  const items = fc.uniqueArray(fc.string(), { maxLength: 50 });
  const count = fc.integer({ min: 1, max: 9 });

  it('have everything together, and nothing twice', () => {
    fc.assert(
      fc.property(items, count, (all, of) => {
        const shares = shards(of).map((shard) => shareOf(all, shard));
        expect(shares.flat().toSorted()).toEqual(all.toSorted());
      }),
    );
  });

  it('have as much as each other, and are the same every time', () => {
    fc.assert(
      fc.property(items, count, (all, of) => {
        const sizes = shards(of).map((shard) => shareOf(all, shard).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(shareOf([...all], { index: 1, of })).toEqual(shareOf(all, { index: 1, of }));
      }),
    );
  });

  it('deal several short lists as evenly as a long one', () => {
    const lists = [['a'], ['b'], ['c'], ['d']];
    expect(shards(2).map((shard) => shareOfEach(lists, shard))).toEqual([
      [['a'], [], ['c'], []],
      [[], ['b'], [], ['d']],
    ]);
  });

  it('are all of it where there are none', () => {
    expect(shareOf(['a', 'b'], undefined)).toEqual(['a', 'b']);
  });

  it('are written as one of how many', () => {
    expect(shardOf('2/3')).toEqual({ index: 2, of: 3 });
    for (const text of ['0/3', '4/3', '1', '1/0', 'a/b', '-1/3', '1/3/5'])
      expect(() => shardOf(text)).toThrow('such as 1/3');
  });
});

type Work = Pick<ReturnType<typeof planRun>, 'sessions' | 'packets'>;

describe('shares of a bench', () => {
  const plan = () =>
    planRun({ modes: ['nat', 'dr', 'tun'], schedulers: ['rr', 'wrr'], grep: [], profile: 'default' });
  const shareOf = ({ sessions, packets }: Work, shard: Shard) => ({
    sessions: sharedPlans(sessions, shard),
    packets: sharedPlans(packets, shard),
  });
  /** Sessions and cases by name. */
  const work = ({ sessions, packets }: Work) => [
    ...sessions.map(({ mode, scheduler, scenarios }) => `session ${mode} ${scheduler}: ${scenarios.length}`),
    ...packets.flatMap(({ mode, lab, cases }) =>
      cases.map(({ one, index }) => `${mode} ${lab} ${one.name} ${index}`),
    ),
  ];

  it.each([1, 2, 3, 7])('are the whole bench together, with %i shards, each of a size', (of) => {
    const shares = shards(of).map((shard) => work(shareOf(plan(), shard)));
    expect(shares.flat().toSorted()).toEqual(work(plan()).toSorted());
    const sizes = shares.map(({ length }) => length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2);
    const sessions = shares.map((share) => share.filter((one) => one.startsWith('session')).length);
    expect(Math.max(...sessions) - Math.min(...sessions)).toBeLessThanOrEqual(1);
  });

  it('leave no step with nothing to do', () => {
    for (const shard of shards(50)) {
      const { sessions, packets } = shareOf(plan(), shard);
      for (const { scenarios } of sessions) expect(scenarios.length).toBeGreaterThan(0);
      for (const { cases } of packets) expect(cases.length).toBeGreaterThan(0);
    }
  });

  it('leave figures whole: fairness to one, throughput to one, cases to all', () => {
    const shares = shards(3).map((shard) => sharedParts(PARTS, shard));
    expect(shares.every((parts) => parts.includes('conformance'))).toBe(true);
    for (const part of ['fairness', 'throughput'] as const) {
      expect(shares.filter((parts) => parts.includes(part))).toHaveLength(1);
    }
    expect(sharedParts(PARTS, undefined)).toEqual(PARTS);
    expect(sharedParts(['fairness'], { index: 2, of: 2 })).toEqual([]);
  });
});
