import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascending, median, quantile } from '../../statistics/quantiles.ts';

describe('quantiles', () => {
  it('are nearest ranks: the smallest value that the fraction does not exceed', () => {
    expect(quantile([10, 20, 30], 0.25)).toBe(10);
    expect([0, 0.33, 0.34, 0.67, 1].map((fraction) => quantile([10, 20, 30], fraction))).toEqual([
      10, 10, 20, 30, 30,
    ]);
    expect(quantile([], 0.5)).toBe(0);
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 150 }),
        fc.integer({ min: 1, max: 100 }),
        (some, percent) => {
          const value = quantile(ascending(some), percent / 100);
          const share = (isCounted: (one: number) => boolean) => some.filter(isCounted).length * 100;
          expect(share((one) => one <= value)).toBeGreaterThanOrEqual(percent * some.length);
          expect(share((one) => one < value)).toBeLessThan(percent * some.length);
        },
      ),
    );
  });

  it('a median lies between the two in the middle where their number is even', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([9, 1, 3])).toBe(3);
    expect(median([])).toBe(0);
  });
});
