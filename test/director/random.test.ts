import { expect, it } from 'vitest';
import { seededRandom, systemRandom } from '../../director/random.ts';

/** Enough for several batches of the operating system’s. */
const DRAWS = 4_096;
const drawn = (source: () => number) => Array.from({ length: DRAWS }, source);

it.each([
  ['the system’s', systemRandom],
  ['a seed’s', () => seededRandom(7)],
])('%s random numbers do not repeat, and use all 32 bits', (_, source) => {
  const numbers = drawn(source());
  // Of so many numbers of 32 bits two are equal once in 500 times; ten never are.
  expect(new Set(numbers).size).toBeGreaterThan(DRAWS - 10);
  for (const number of numbers) expect(number >>> 0).toBe(number);
  for (let bit = 0; bit < 32; bit++) {
    const set = numbers.filter((number) => (number >>> bit) & 1).length;
    expect(Math.abs(set - DRAWS / 2)).toBeLessThan(DRAWS / 8);
  }
});

it('the same seed gives the same numbers, another one others', () => {
  expect(drawn(seededRandom(7))).toEqual(drawn(seededRandom(7)));
  expect(drawn(seededRandom(8))).not.toEqual(drawn(seededRandom(7)));
});

it('two sources of the system’s have nothing in common', () => {
  expect(drawn(systemRandom())).not.toEqual(drawn(systemRandom()));
});
