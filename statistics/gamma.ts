/**
 * The regularised incomplete gamma functions P and Q = 1 − P, from which the χ² distribution follows: P by its power
 * series below a + 1, Q by its continued fraction (Lentz's method) above, where each converges fast. Relative error about
 * 1e-13, far out in the tail too.
 */

const PRECISION = 1e-16;
const MOST_TERMS = 100_000;
/** In place of 0 where the continued fraction would divide by it. */
const TINY = 1e-300;

/** P(a, x): the share of a gamma distribution with shape a that lies below x. @param a Above 0. */
export function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  return x < a + 1 ? series(a, x) : 1 - continuedFraction(a, x);
}

/** Q(a, x) = 1 − P(a, x), without the loss of digits that the subtraction would bring. @param a Above 0. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - series(a, x) : continuedFraction(a, x);
}

/** Σ xⁿ / (a (a+1) … (a+n)), times xᵃ e⁻ˣ / Γ(a). */
function series(a: number, x: number): number {
  let term = 1 / a;
  let total = term;
  for (let n = 1; n < MOST_TERMS && Math.abs(term) > Math.abs(total) * PRECISION; n++) {
    term *= x / (a + n);
    total += term;
  }
  return total * density(a, x);
}

function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / (b || TINY);
  let fraction = d;
  for (let n = 1; n < MOST_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b || TINY);
    c = b + numerator / c || TINY;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < PRECISION * 10) break;
  }
  return fraction * density(a, x);
}

function density(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** Lanczos's approximation with g = 7 and nine terms (the widely tabulated coefficients). */
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];

/** ln Γ(x) for x above 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const t = shifted + 7.5;
  const total = LANCZOS.reduce(
    (sum, coefficient, i) => (i === 0 ? coefficient : sum + coefficient / (shifted + i)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(total);
}
