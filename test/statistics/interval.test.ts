import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../director/random.ts';
import { pairedRatio } from '../../statistics/interval.ts';

describe('the interval of a ratio', () => {
  it('is that of the logarithms: by hand for two turns', () => {
    const ratio = pairedRatio([2, 8], [1, 1]);
    // Logs ln 2 and ln 8: mean ln 4, standard deviation ln 4 / √2, so half the interval is t × ln 2, where t with one degree
    // of freedom is the quantile of Cauchy's distribution, tan(0.475 π) = 12.706.
    const t = Math.tan(0.475 * Math.PI);
    expect(ratio?.value).toBeCloseTo(4, 10);
    expect(Math.log((ratio?.high ?? 0) / 4)).toBeCloseTo(t * Math.log(2), 6);
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
});
