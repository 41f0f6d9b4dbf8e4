/**
 * The regularised incomplete beta function, from which Student's t follows: its continued fraction (NIST DLMF 8.17.22) by
 * Lentz's method, on the side of the symmetry I_x(a, b) = 1 − I_(1−x)(b, a) where it converges fast.
 */
import { logGamma } from './gamma.ts';

const PRECISION = 1e-15;
const MOST_TERMS = 10_000;
/** In place of 0 where the continued fraction would divide by it. */
const TINY = 1e-300;

/** I_x(a, b). @param a Above 0, as is b. @param x From 0 to 1. */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x < (a + 1) / (a + b + 2) ? fraction(x, a, b) : 1 - fraction(1 - x, b, a);
}

function fraction(x: number, a: number, b: number): number {
  const factor = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || TINY);
  let value = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d || TINY);
      c = 1 + term / c || TINY;
      change = c * d;
      value *= change;
    }
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return (Math.exp(factor) * value) / a;
}
