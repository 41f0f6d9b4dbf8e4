import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyDistribution, latencyFigures } from '../../../../scenarios/fairness/figures/latency.ts';
import { connectionsToConverge, worstLoadImbalance } from '../../../../scenarios/fairness/figures/load.ts';
import { disruptionOf, movesOf } from '../../../../scenarios/fairness/figures/moves.ts';
import { prefixErrors, worstPrefixError } from '../../../../scenarios/fairness/figures/prefix-error.ts';
import { sharesOf } from '../../../../statistics/shares.ts';

const decisionsOf = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0) - 65);
const HALVES = [0.5, 0.5];

describe('the worst prefix error', () => {
  it('sees a burst that the total hides', () => {
    expect(worstPrefixError(decisionsOf('ABABAB'), HALVES)).toBe(0.5);
    expect(worstPrefixError(decisionsOf('AAABBB'), HALVES)).toBe(1.5);
  });

  it('is below 1 for whoever goes round, from whichever server on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(11),
        fc.integer({ min: 1, max: 200 }),
        (n, first, length) => {
          const decisions = Array.from({ length }, (_, i) => (first + i) % n);
          expect(worstPrefixError(decisions, sharesOf(new Array(n).fill(1)))).toBeLessThan(1);
        },
      ),
    );
  });

  it('never shrinks when the sequence goes on, and is never below what the whole is off', () => {
    const sequences = fc.array(fc.nat(3), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(sequences, (decisions) => {
        const shares = sharesOf([1, 2, 3, 4]);
        const whole = worstPrefixError(decisions, shares);
        expect(worstPrefixError(decisions.slice(0, -1), shares)).toBeLessThanOrEqual(whole);
        shares.forEach((share, server) => {
          const off = decisions.filter((one) => one === server).length - share * decisions.length;
          expect(whole).toBeGreaterThanOrEqual(Math.abs(off) - 1e-9);
        });
      }),
    );
  });

  it('leaves out connections that nobody got', () => {
    expect(worstPrefixError([0, -1, -1, 1], HALVES)).toBe(0.5);
  });

  it('can be followed, step by step', () => {
    expect(prefixErrors(decisionsOf('AABB'), HALVES, 2)).toEqual({
      connections: [2, 4],
      errors: [
        [1, 0],
        [-1, 0],
      ],
    });
  });
});

describe('the worst imbalance of load', () => {
  it('is the largest difference at any moment, for each unit of weight', () => {
    const samples = [
      [1, 1],
      [4, 2],
      [2, 4],
    ];
    expect(worstLoadImbalance(samples, [1, 1])).toBe(2);
    expect(worstLoadImbalance(samples, [2, 1])).toBe(3);
    // Who has no weight takes no part.
    expect(worstLoadImbalance(samples, [1, 0])).toBe(0);
    expect(worstLoadImbalance([], [1])).toBe(0);
  });
});

describe('convergence', () => {
  it('counts from the change until the load is even and stays so', () => {
    const loads = [
      [3, 0],
      [3, 1],
      [3, 2],
      [3, 3],
    ];
    expect(connectionsToConverge(loads, [1, 1])).toBe(2);
    expect(connectionsToConverge([...loads, [5, 3]], [1, 1])).toBeUndefined();
    expect(connectionsToConverge([[1, 1]], [1, 1])).toBe(0);
  });
});

describe('moves', () => {
  it('are forced where the server went or the new one took over, else collateral', () => {
    const moves = movesOf([0, 1, 2, 2, 1, 0], [0, 2, 0, 3, -1, 3], { gone: [2], came: [3] });
    expect(moves).toEqual({ forced: 3, collateral: 1, refused: 1 });
  });

  it('are none where nothing changes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), (servers) => {
        expect(movesOf(servers, servers, { gone: [1], came: [] })).toEqual({
          forced: 0,
          collateral: 0,
          refused: 0,
        });
      }),
    );
  });
});

describe('disruption', () => {
  it('tells slots that had to change from those that did not', () => {
    expect(disruptionOf([0, 1, 2, 2], [0, 0, 1, 0], new Set([2]))).toEqual({ forced: 0.5, needless: 0.25 });
  });
});

describe('latency', () => {
  it('is told by mean and nearest ranks', () => {
    const latencies = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(latencyFigures(latencies)).toEqual({
      latencyMeanMs: 50.5,
      latencyP50Ms: 50,
      latencyP90Ms: 90,
      latencyP99Ms: 99,
    });
    expect(latencyDistribution(latencies, 4)).toEqual([
      [0.25, 25],
      [0.5, 50],
      [0.75, 75],
      [1, 100],
    ]);
  });
});
