import { describe, expect, it } from 'vitest';
import { percent, statedPercent } from '../../statistics/number-text.ts';

describe('a percentage in a sentence', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '< 0.1 %'],
    [0.0005, '0.1 %'],
    [0.333, '33.3 %'],
    [0.9995, '> 99.9 %'],
    [0.9996, '> 99.9 %'],
    [0.9994, '99.9 %'],
    [1, '100 %'],
    [1.07, '107.0 %'],
  ])('of %d is %s', (fraction, text) => {
    expect(statedPercent(fraction)).toBe(text);
  });

  it('keeps its decimals in a table', () => {
    expect([0, 0.9996, 1].map(percent)).toEqual(['0.0 %', '100.0 %', '100.0 %']);
  });
});
