/**
 * The special functions from which distributions follow: the regularised incomplete gamma functions (χ²) and the
 * regularised incomplete beta function (Student's t). Each is computed where it converges fast: P(a, x) by its power series
 * below a + 1, Q(a, x) above and I_x(a, b) on the better side of I_x(a, b) = 1 − I_(1−x)(b, a) by their continued fractions
 * (NIST DLMF 8.11.4, 8.9.2 and 8.17.22) with Lentz's method. The relative error is about 1e-13, far out in the tail too.
 */

/** A sum or fraction is complete once a term changes less of it. */
const PRECISION = 1e-16;
const FRACTION_PRECISION = 1e-15;
const MOST_TERMS = 100_000;
/** In place of 0 where the continued fraction would divide by it. */
const TINY = 1e-300;

/** P(a, x): the share of a gamma distribution with shape a that lies below x. @param a Above 0. */
export function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  return x < a + 1 ? series(a, x) : 1 - gammaFraction(a, x);
}

/** Q(a, x) = 1 − P(a, x), without the loss of digits that the subtraction would bring. @param a Above 0. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - series(a, x) : gammaFraction(a, x);
}

/** Σ xⁿ / (a (a+1) … (a+n)), times xᵃ e⁻ˣ / Γ(a). */
function series(a: number, x: number): number {
  let term = 1 / a;
  let total = term;
  for (let n = 1; n < MOST_TERMS && Math.abs(term) > Math.abs(total) * PRECISION; n++) {
    term *= x / (a + n);
    total += term;
  }
  return total * gammaDensity(a, x);
}

function gammaFraction(a: number, x: number): number {
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
    if (Math.abs(factor - 1) < FRACTION_PRECISION) break;
  }
  return fraction * gammaDensity(a, x);
}

function gammaDensity(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** I_x(a, b), the regularised incomplete beta function. @param a Above 0, as is b. @param x From 0 to 1. */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x < (a + 1) / (a + b + 2) ? betaFraction(x, a, b) : 1 - betaFraction(1 - x, b, a);
}

function betaFraction(x: number, a: number, b: number): number {
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
    if (Math.abs(change - 1) < FRACTION_PRECISION) break;
  }
  return (Math.exp(factor) * value) / a;
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
