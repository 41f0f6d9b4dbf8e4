import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomNumbers } from '../../scenarios/kit/random-numbers.ts';
import { Calibration } from '../../statistics/calibration.ts';
import {
  chiSquaredCritical,
  chiSquaredTail,
  chiSquaredTest,
  noncentralChiSquaredTail,
} from '../../statistics/chi-squared.ts';
import {
  connectionsToDetect,
  decisionsToCalibrate,
  decisionsToDetect,
  detectableEffect,
  effectSeenByCalibration,
  effectSeenExactly,
} from '../../statistics/sample-size.ts';
import { sharesOf } from '../../statistics/shares.ts';
import { logGamma, lowerGamma, upperGamma } from '../../statistics/special-functions.ts';

const within = (relative: number, value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

describe('the incomplete gamma function', () => {
  it('has the values that are known in closed form, far out in the tail too', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 600, noNaN: true }), (x) => {
        // Q(1, x) = e^-x and Q(2, x) = (1 + x) e^-x.
        within(1e-12, upperGamma(1, x), Math.exp(-x));
        within(1e-12, upperGamma(2, x), (1 + x) * Math.exp(-x));
      }),
    );
    // The factorials.
    for (let n = 1, factorial = 1; n < 20; factorial *= n, n++)
      within(1e-13, Math.exp(logGamma(n)), factorial);
    within(1e-13, logGamma(0.5), Math.log(Math.PI) / 2);
  });

  it('is a distribution: from 0 to 1, rising, and its two halves add up', () => {
    const shape = fc.double({ min: 0.1, max: 300, noNaN: true });
    fc.assert(
      fc.property(shape, fc.double({ min: 0, max: 900, noNaN: true }), (a, x) => {
        expect(lowerGamma(a, x) + upperGamma(a, x)).toBeCloseTo(1, 11);
        expect(lowerGamma(a, x * 1.1)).toBeGreaterThanOrEqual(lowerGamma(a, x) - 1e-12);
        // Q(a + 1, x) = Q(a, x) + x^a e^-x / Γ(a + 1).
        const step = x === 0 ? 0 : Math.exp(a * Math.log(x) - x - logGamma(a + 1));
        expect(upperGamma(a + 1, x)).toBeCloseTo(upperGamma(a, x) + step, 11);
      }),
    );
  });
});

describe('χ²', () => {
  it('has the critical values that tables give', () => {
    // Degrees of freedom, α, value: as printed in the NIST handbook, §1.3.6.7.4.
    for (const [degrees, alpha, value] of [
      [1, 0.05, 3.841],
      [2, 0.01, 9.21],
      [10, 0.001, 29.588],
      [100, 0.05, 124.342],
    ] as const) {
      expect(chiSquaredCritical(alpha, degrees)).toBeCloseTo(value, 2);
      expect(chiSquaredTail(chiSquaredCritical(alpha, degrees), degrees)).toBeCloseTo(alpha, 9);
    }
  });

  it('is 0 for a perfect fit and infinite where the impossible happened', () => {
    expect(chiSquaredTest([10, 20, 40], sharesOf([1, 2, 4]))).toEqual({
      statistic: 0,
      degreesOfFreedom: 2,
      p: 1,
    });
    expect(chiSquaredTest([10, 1], [1, 0]).p).toBe(0);
    expect(chiSquaredTest([60, 40], [0.5, 0.5]).statistic).toBeCloseTo(4, 12);
  });

  it('raises as many false alarms as α says, and no more', () => {
    const random = new RandomNumbers(7, 'false alarms');
    const shares = sharesOf([1, 2, 4]);
    const runs = 4_000;
    let alarms = 0;
    for (let run = 0; run < runs; run++)
      if (chiSquaredTest(draw(random, shares, 400), shares).p < 0.05) alarms++;
    // Six standard deviations around 200.
    expect(Math.abs(alarms - runs * 0.05)).toBeLessThan(6 * Math.sqrt(runs * 0.05 * 0.95));
  });

  it('of a noncentral distribution is central without an effect, and grows with it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.1, max: 80, noNaN: true }),
        (degrees, x) => {
          expect(noncentralChiSquaredTail(x, degrees, 0)).toBeCloseTo(chiSquaredTail(x, degrees), 10);
          expect(noncentralChiSquaredTail(x, degrees, 5)).toBeGreaterThan(
            noncentralChiSquaredTail(x, degrees, 1) - 1e-12,
          );
        },
      ),
    );
    // With one degree it is the square of a normal variable around √λ: P(|Z + 2| ≥ 2) = Φ(0) + Φ(-4).
    expect(noncentralChiSquaredTail(4, 1, 4)).toBeCloseTo(0.5 + 0.000_031_671, 7);
  });
});

describe('sample sizes', () => {
  const SURE = { alpha: 1e-3, power: 0.9 };

  it('are found again by the effect that they show', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        (weights, effect) => {
          const shares = sharesOf(weights);
          expect(detectableEffect(shares, connectionsToDetect(shares, effect, SURE), SURE)).toBeCloseTo(
            effect,
            2,
          );
          expect(
            effectSeenByCalibration(shares, decisionsToCalibrate(shares, effect, SURE), SURE),
          ).toBeCloseTo(effect, 2);
          const decisions = decisionsToDetect(shares, effect, SURE.power);
          expect(effectSeenExactly(shares, decisions, SURE.power)).toBeLessThanOrEqual(effect + 1e-9);
          expect(effectSeenExactly(shares, decisions - 1, SURE.power)).toBeGreaterThan(effect - 1e-9);
        },
      ),
    );
  });

  it('have the power that they are made for, counted in simulated runs', () => {
    const random = new RandomNumbers(3, 'power');
    const shares = sharesOf([1, 2, 4]);
    const effect = 0.2;
    // The lightest server gets a fifth more; the others give it up as their shares are.
    const changed = shares.map((share, i) =>
      i === 0 ? share * (1 + effect) : share * (1 - (effect * shares[0]!) / (1 - shares[0]!)),
    );
    const connections = connectionsToDetect(shares, effect, SURE);
    const runs = 400;
    let seen = 0;
    for (let run = 0; run < runs; run++)
      if (chiSquaredTest(draw(random, changed, connections), shares).p < SURE.alpha) seen++;
    expect(Math.abs(seen - runs * SURE.power)).toBeLessThan(
      6 * Math.sqrt(runs * SURE.power * (1 - SURE.power)),
    );
  });
});

describe('calibration', () => {
  it('sees a change that evens itself out, which χ² cannot see', () => {
    const random = new RandomNumbers(5, 'calibration');
    const calibration = new Calibration(2);
    const counts = [0, 0];
    for (let i = 0; i < 20_000; i++) {
      // Who is behind is likelier to be chosen. Now and then the choice is pushed to server 0 all the same.
      const p = counts[0]! > counts[1]! ? 0.3 : counts[0]! < counts[1]! ? 0.7 : 0.5;
      const pushed = random.fraction() < 0.1;
      const chosen = pushed || random.fraction() < p ? 0 : 1;
      calibration.see(chosen, [p, 1 - p]);
      counts[chosen]!++;
    }
    expect(chiSquaredTest(counts, [0.5, 0.5]).p).toBeGreaterThan(0.5);
    expect(calibration.p).toBeLessThan(1e-6);
  });

  it('raises no alarm where choices follow their probabilities, whatever these are', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = new RandomNumbers(seed, 'calibration');
      const calibration = new Calibration(3);
      for (let i = 0; i < 300; i++) {
        const shares = sharesOf([1 + random.below(5), 1 + random.below(5), 1 + random.below(5)]);
        calibration.see(chooseBy(shares, random.fraction()), shares);
      }
      expect(calibration.p).toBeGreaterThan(1e-4);
    }
  });

  it('counts the impossible as infinitely far off', () => {
    const calibration = new Calibration(2);
    calibration.see(1, [1, 0]);
    expect(calibration.worst).toBe(Number.POSITIVE_INFINITY);
    expect(calibration.p).toBe(0);
  });
});

function draw(random: RandomNumbers, shares: readonly number[], connections: number): number[] {
  const counts = shares.map(() => 0);
  for (let i = 0; i < connections; i++) counts[chooseBy(shares, random.fraction())]!++;
  return counts;
}

function chooseBy(shares: readonly number[], at: number): number {
  let left = at;
  for (let i = 0; i < shares.length - 1; i++) {
    left -= shares[i]!;
    if (left < 0) return i;
  }
  return shares.length - 1;
}
