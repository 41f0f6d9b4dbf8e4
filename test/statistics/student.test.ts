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
