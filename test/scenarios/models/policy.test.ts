/** Decisions held against a scheduler’s policy, whatever it starts with. */
import { describe, expect, it } from 'vitest';
import { againstPolicy, hasPolicy } from '../../../scenarios/models/policy.ts';

const request = { client: '198.18.0.1', clientPort: 1, destination: '10.0.1.100' };

/** @param active Connections of a, b, c before each decision; none unless given. */
function breaches(scheduler: string, order: string, weights = [1, 1, 1], active?: (at: number) => number[]) {
  const decisions = order.split(' ').map((server, at) => ({
    request,
    server: server === 'none' ? undefined : server,
    list: ['a', 'b', 'c'].map((name, i) => ({
      name,
      address: `10.0.2.${11 + i}`,
      port: 80,
      weight: weights[i] as number,
      active: active?.(at)[i] ?? 0,
      inactive: 0,
    })),
  }));
  return againstPolicy(scheduler, decisions).map(({ at }) => at);
}

describe('round robin', () => {
  it.each(['a b c a b c', 'c b a c b a', 'b c a b c a'])('may start anywhere: %s', (order) => {
    expect(breaches('rr', order)).toEqual([]);
  });

  it('gives nobody two turns while others wait, nor none', () => {
    expect(breaches('rr', 'a a b c')).toEqual([1]);
    expect(breaches('rr', 'a b a b a b')).toContain(4);
    expect(breaches('rr', 'a none b')).toEqual([1]);
  });

  it('passes over a server of weight 0', () => {
    expect(breaches('rr', 'a b a b', [1, 1, 0])).toEqual([]);
    expect(breaches('rr', 'a c', [1, 1, 0])).toEqual([1]);
  });
});

describe('weighted round robin', () => {
  it('may deal a round in any order', () => {
    expect(breaches('wrr', 'a a a b c a a a b c', [3, 1, 1])).toEqual([]);
    expect(breaches('wrr', 'a b a c a', [3, 1, 1])).toEqual([]);
  });

  it('gives nobody more than its weight says', () => {
    expect(breaches('wrr', 'a b c a b c a b c a b c', [3, 1, 1]).length).toBeGreaterThan(0);
  });
});

describe('least connections', () => {
  it('goes to one of the least loaded, give or take one', () => {
    expect(breaches('lc', 'a b c', [1, 1, 1], () => [0, 0, 0])).toEqual([]);
    expect(breaches('lc', 'a', [1, 1, 1], () => [5, 2, 3])).toEqual([0]);
    expect(breaches('lc', 'c', [1, 1, 1], () => [5, 2, 3])).toEqual([]);
    expect(breaches('wlc', 'a', [5, 1, 1], () => [5, 2, 3])).toEqual([]);
  });
});

it('is known for those schedulers alone whose rule says something without their order', () => {
  expect(['rr', 'wrr', 'lc', 'wlc'].every(hasPolicy)).toBe(true);
  expect(['sh', 'mh', 'dh', 'fo', 'ovf', 'twos', 'sed', 'nq', 'lblc'].some(hasPolicy)).toBe(false);
  expect(() => againstPolicy('sh', [])).toThrow(RangeError);
});
