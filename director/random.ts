/** Random numbers for the director: unpredictable ones, or a sequence that a seed determines. */
import { randomFillSync } from 'node:crypto';

/** Gives integers from 0 to 2^32 - 1. */
export type RandomSource = () => number;

/** Unpredictable, drawn from the operating system in batches. */
export function systemRandom(): RandomSource {
  const pool = new Uint32Array(256);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      randomFillSync(pool);
      next = 0;
    }
    return pool[next++] as number;
  };
}

/** The same sequence for the same seed: a 32-bit counter through an integer mixing function. */
export function seededRandom(seed: number): RandomSource {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
