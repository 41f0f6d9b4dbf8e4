import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsOf } from '../../statistics/description-length.ts';
import { randomFrom } from '../reports/full/random.ts';

const FACTS = { deviation: 0.03, seriesCount: 1, alpha: 0.01 };
const starts = (values: readonly number[], facts = FACTS) => groupsOf(values, facts).map(({ from }) => from);

/** Values off their level by up to 0.05. */
const noise = (length: { minLength: number; maxLength: number }) =>
  fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), length);

function normalFrom(seed: number): () => number {
  const random = randomFrom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('groups of consecutive values', () => {
  it('are as many as there are levels, and begin where the level changes', () => {
    const level = fc.record({ values: noise({ minLength: 3, maxLength: 12 }), isUp: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(level, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0.4, max: 2, noNaN: true }),
        (levels, step) => {
          let base = 0;
          const values = levels.flatMap(({ values: own, isUp }) => {
            base += isUp ? step : -step;
            return own.map((value) => base + value);
          });
          const expected = levels.map((_, i) =>
            levels.slice(0, i).reduce((sum, { values: own }) => sum + own.length, 0),
          );
          expect(starts(values)).toEqual(expected);
        },
      ),
    );
  });

  it('cover the series, each with the mean of its values, whatever the values are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 40 }), (values) => {
        const groups = groupsOf(values, FACTS);
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const { from, count, mean } of groups) {
          const own = values.slice(from, from + count);
          expect(mean).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / count, 9);
        }
      }),
    );
  });

  it('do not depend on where zero is, nor on which way is up', () => {
    fc.assert(
      fc.property(
        noise({ minLength: 1, maxLength: 20 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (values, shift) => {
          const stepped = values.map((value, i) => value + (i > values.length / 2 ? 0.5 : 0));
          expect(starts(stepped.map((value) => value + shift))).toEqual(starts(stepped));
          expect(starts(stepped.map((value) => -value))).toEqual(starts(stepped));
        },
      ),
    );
  });

  it.each([
    { length: 3, deviation: 0.03 },
    { length: 10, deviation: 0.03 },
    { length: 30, deviation: 0.03 },
    // Half again as noisy as is known beforehand.
    { length: 10, deviation: 0.045 },
  ])(
    'are one where there is only noise: at most 1 % of $length values are divided',
    ({ length, deviation }) => {
      const normal = normalFrom(length);
      const series = Array.from({ length: 2000 }, () => Array.from({ length }, () => deviation * normal()));
      const divided = series.filter((values) => starts(values).length > 1).length;
      expect(divided / series.length).toBeLessThanOrEqual(FACTS.alpha);
    },
  );

  it('are two after a slowdown by a fifth that lasts, also where many series are looked at', () => {
    const normal = normalFrom(7);
    const found = Array.from({ length: 200 }, () => {
      const values = Array.from({ length: 13 }, (_, i) => 0.03 * normal() + (i >= 10 ? Math.log(0.8) : 0));
      return starts(values, { ...FACTS, seriesCount: 30 }).join(' ');
    });
    expect(found.filter((one) => one === '0 10').length).toBeGreaterThan(190);
  });
});
