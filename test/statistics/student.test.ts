import { describe, expect, it } from 'vitest';
import { studentQuantile, studentTail } from '../../statistics/student.ts';

describe('Student’s t', () => {
  // As tables of the distribution have it.
  it.each([
    [0.1, 1, 3.078],
    [0.025, 1, 12.706],
    [0.001, 1, 318.309],
    [0.025, 4, 2.776],
    [0.005, 10, 3.169],
    [0.001, 10, 4.144],
    [0.01, 30, 2.457],
    [0.001, 100, 3.174],
  ])('is exceeded with probability %f for %i degrees of freedom by %f', (tail, degrees, t) => {
    expect(studentQuantile(tail, degrees)).toBeCloseTo(t, 3);
    expect(studentTail(t, degrees)).toBeCloseTo(tail, 4);
    expect(studentTail(-t, degrees)).toBeCloseTo(1 - tail, 4);
  });

  it('agrees with every printed digit of NIST’s table, and goes on smoothly past it', () => {
    // 97.5 % quantiles for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook of Statistical Methods, §1.3.6.7.2).
    const printed = [
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
      2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];
    printed.forEach((t, i) => {
      expect(Number(studentQuantile(0.025, i + 1).toFixed(3))).toBe(t);
    });
    expect(studentQuantile(0.025, 40).toFixed(3)).toBe('2.021');
    expect(studentQuantile(0.025, 120).toFixed(3)).toBe('1.980');
    expect(studentQuantile(0.025, 31)).toBeLessThan(studentQuantile(0.025, 30));
  });

  it('is the normal distribution for many degrees', () => {
    expect(studentTail(1.959964, 1e7)).toBeCloseTo(0.025, 6);
  });

  it('is known far out, where false alarms are decided', () => {
    // With one degree of freedom it is Cauchy’s distribution, whose tail is arctan(1/t)/π; with two, it is algebraic too.
    for (const t of [10, 1e3, 1e6]) {
      expect(studentTail(t, 1) / (Math.atan(1 / t) / Math.PI)).toBeCloseTo(1, 9);
      const two = 1 / (Math.sqrt(2 + t * t) * (Math.sqrt(2 + t * t) + t));
      expect(studentTail(t, 2) / two).toBeCloseTo(1, 9);
    }
    for (const tail of [1e-3, 1e-6, 1e-9])
      expect(studentTail(studentQuantile(tail, 7), 7) / tail).toBeCloseTo(1, 6);
  });
});
