import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coefficientOfVariation,
  evennessOf,
  jainIndex,
  largestShareDeviation,
  maxOverAverage,
} from '../../statistics/evenness.ts';
import { servedPerWeight, sharesOf, sum } from '../../statistics/shares.ts';

const counts = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 20 });
const someCounts = counts.filter((values) => values.some((value) => value > 0));
const weights = (length: number) =>
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: length, maxLength: length });
const served = someCounts.chain((values) => fc.tuple(fc.constant(values), weights(values.length)));

describe('shares', () => {
  it('add up to 1, in proportion to the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1 }), (some) => {
        fc.pre(some.some((weight) => weight > 0));
        const shares = sharesOf(some);
        expect(sum(shares)).toBeCloseTo(1, 12);
        shares.forEach((share, i) => {
          expect(share * sum(some)).toBeCloseTo(some[i]!, 9);
        });
      }),
    );
  });

  it('of nobody are nothing, and servers without weight are left out of what is served for it', () => {
    expect(sharesOf([0, 0])).toEqual([0, 0]);
    expect(servedPerWeight([5, 7, 8], [1, 0, 4])).toEqual([5, 2]);
  });
});

describe('figures of evenness', () => {
  it('are perfect exactly where everybody got as much as its weight says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2 }),
        (rounds, some) => {
          const perfect = evennessOf(
            some.map((weight) => weight * rounds),
            some,
          );
          expect(perfect.largestShareDeviation).toBeCloseTo(0, 12);
          expect(perfect.jainIndex).toBeCloseTo(1, 12);
          expect(perfect.maxOverAverage).toBeCloseTo(1, 12);
          expect(perfect.coefficientOfVariation).toBeCloseTo(0, 6);
          const off = evennessOf(
            some.map((weight, i) => weight * rounds + (i === 0 ? 1 : 0)),
            some,
          );
          expect(off.largestShareDeviation).toBeGreaterThan(0);
          expect(off.jainIndex).toBeLessThan(1);
          expect(off.maxOverAverage).toBeGreaterThan(1);
          expect(off.coefficientOfVariation).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('do not change with the order of the servers or with ten times as many connections', () => {
    fc.assert(
      fc.property(served, ([values, some]) => {
        const figures = Object.values(evennessOf(values, some));
        const more = Object.values(
          evennessOf(
            values.map((value) => value * 10),
            some,
          ),
        );
        const turned = Object.values(evennessOf(values.toReversed(), some.toReversed()));
        figures.forEach((figure, i) => {
          expect(more[i]).toBeCloseTo(figure, 9);
          expect(turned[i]).toBeCloseTo(figure, 9);
        });
      }),
    );
  });

  it('keep within their bounds, and Jain’s index and the variation say the same in two ways', () => {
    fc.assert(
      fc.property(served, ([values, some]) => {
        const {
          jainIndex: jain,
          maxOverAverage: factor,
          coefficientOfVariation: variation,
        } = evennessOf(values, some);
        const n = values.length;
        expect(jain).toBeGreaterThanOrEqual(1 / n - 1e-9);
        expect(jain).toBeLessThanOrEqual(1 + 1e-9);
        expect(factor).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(factor).toBeLessThanOrEqual(n + 1e-9);
        // J = 1 / (1 + CV²).
        expect(jain).toBeCloseTo(1 / (1 + variation ** 2), 9);
      }),
    );
  });

  it('have the values that one works out by hand', () => {
    expect(jainIndex([1, 1, 2])).toBeCloseTo(16 / 18, 12);
    expect(jainIndex([5, 0, 0, 0])).toBe(0.25);
    expect(maxOverAverage([1, 1, 4])).toBe(2);
    expect(coefficientOfVariation([1, 3])).toBe(0.5);
    expect(largestShareDeviation([103, 97], [0.5, 0.5])).toBeCloseTo(0.03, 12);
    expect(largestShareDeviation([10, 1], [1, 0])).toBe(1);
  });

  it('of nothing at all are those of perfect evenness', () => {
    expect(evennessOf([0, 0], [1, 2])).toEqual({
      largestShareDeviation: 0,
      jainIndex: 1,
      maxOverAverage: 1,
      coefficientOfVariation: 0,
    });
  });
});
