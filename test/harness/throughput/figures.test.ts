import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../director/random.ts';
import { pairedRatio, studentT975 } from '../../../statistics/interval.ts';
import { latencyFigures, median, quantile } from '../../../statistics/quantiles.ts';

describe('the interval of a ratio', () => {
  it('is that of the logarithms: by hand for two turns', () => {
    const ratio = pairedRatio([2, 8], [1, 1]);
    // Logs ln 2 and ln 8: mean ln 4, standard deviation ln 4 / √2, so half the interval is 12.706 × ln 2.
    expect(ratio?.value).toBeCloseTo(4, 10);
    expect(Math.log((ratio?.high ?? 0) / 4)).toBeCloseTo(12.706 * Math.log(2), 6);
    expect(ratio).toMatchObject({ confidence: 0.95, samples: 2 });
  });

  it('is the other way round for the ratio the other way round', () => {
    const [a, b] = [
      [3, 4, 5, 4.2],
      [6, 7.5, 9, 9.1],
    ];
    const there = pairedRatio(a, b);
    const back = pairedRatio(b, a);
    expect(there!.value * back!.value).toBeCloseTo(1, 12);
    expect(there!.low * back!.high).toBeCloseTo(1, 12);
  });

  it('is not given for less than two turns, and leaves out turns that gave nothing', () => {
    expect(pairedRatio([1], [2])).toBeUndefined();
    expect(pairedRatio([1, 0, 3], [2, 2, 2])?.samples).toBe(2);
    expect(pairedRatio([1, 2], [2])).toBeUndefined();
  });

  it('holds the truth as often as it says', () => {
    const random = seededRandom(7);
    const uniform = () => (random() + 1) / 2 ** 32;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const runs = 2_000;
    let held = 0;
    for (let i = 0; i < runs; i++) {
      // Machine-wide drift that strikes both alike, and noise of each one's own.
      const drift = Array.from({ length: 6 }, () => Math.exp(normal()));
      const ours = drift.map((one) => one * 0.8 * Math.exp(0.1 * normal()));
      const theirs = drift.map((one) => one * Math.exp(0.1 * normal()));
      const { low, high } = pairedRatio(ours, theirs)!;
      if (low <= 0.8 && 0.8 <= high) held++;
    }
    expect(held / runs).toBeGreaterThan(0.93);
    expect(held / runs).toBeLessThan(0.97);
  });

  it('has quantiles of t that go on smoothly past the table', () => {
    expect(studentT975(1)).toBe(12.706);
    // t(40) and t(120) of any table.
    expect(studentT975(40)).toBeCloseTo(2.021, 2);
    expect(studentT975(120)).toBeCloseTo(1.98, 2);
    expect(studentT975(31)).toBeLessThan(studentT975(30));
  });
});

describe('quantiles', () => {
  it('lie between neighbours', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([10, 20, 30], 0.25)).toBe(15);
    expect(quantile([], 0.5)).toBe(0);
  });

  it('of latencies never fall, from the least to the greatest', () => {
    const { latencyMs, latencyDistribution } = latencyFigures([5, 1, 9, 3]);
    expect(latencyMs).toEqual({
      p50: 4,
      p90: expect.closeTo(7.8, 6),
      p99: expect.closeTo(8.88, 6),
      max: 9,
      samples: 4,
    });
    const values = latencyDistribution!.map(([, ms]) => ms);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect([values[0], values.at(-1)]).toEqual([1, 9]);
    expect(latencyFigures([])).toEqual({});
  });
});
