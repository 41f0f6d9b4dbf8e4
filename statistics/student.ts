/** Student's t distribution, for any number of degrees of freedom. */
import { regularisedBeta } from './special-functions.ts';

/** The probability of exceeding `t`. @param degrees Of freedom; need not be a whole number. */
export function studentTail(t: number, degrees: number): number {
  const bothTails = regularisedBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t >= 0 ? bothTails / 2 : 1 - bothTails / 2;
}

/** The value that is exceeded with this probability. @param tail Above 0, at most one half. */
export function studentQuantile(tail: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (studentTail(high, degrees) > tail) high *= 2;
  // Bisection until the two are neighbours.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (studentTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return high;
}
