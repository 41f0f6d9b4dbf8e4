import { describe, expect, it } from 'vitest';
import { commonSlope } from '../../statistics/slope.ts';

const line = (slope: number, height: number, series = 0, noise: readonly number[] = [0]) =>
  Array.from({ length: 20 }, (_, x) => ({
    x,
    y: height + slope * x + (noise[x % noise.length] as number),
    series,
  }));

describe('the slope that several series have in common', () => {
  it('is that of the line, whatever the heights', () => {
    const found = commonSlope([...line(3, 10), ...line(3, -500, 1)]);
    expect(found?.value).toBeCloseTo(3, 9);
    expect(found?.low).toBeCloseTo(3, 6);
    expect(found?.samples).toBe(40);
  });

  it('has an interval that says what noise could make of it', () => {
    const found = commonSlope(line(0, 10, 0, [1, -1, 0.5, -0.5]));
    expect(found?.low).toBeLessThan(0);
    expect(found?.high).toBeGreaterThan(0);
    // By hand: y = 0, 1, 3 over x = 0, 1, 2 has slope 1.5, residual variance 1/6 and t(1 degree) 12.706.
    const few = commonSlope([0, 1, 3].map((y, x) => ({ x, y, series: 0 })));
    expect(few?.value).toBeCloseTo(1.5, 9);
    expect((few?.high ?? 0) - 1.5).toBeCloseTo(12.706 * Math.sqrt(1 / 6 / 2), 2);
  });

  it('is not known from too few samples, or from one moment', () => {
    expect(commonSlope([])).toBeUndefined();
    expect(commonSlope(line(1, 0).slice(0, 2))).toBeUndefined();
    expect(commonSlope([1, 2, 3].map((y) => ({ x: 5, y, series: 0 })))).toBeUndefined();
  });
});
