/** How many connections it takes to see an unfairness of a given size, and how small a one a number of connections shows. */
import { chiSquaredCritical, noncentralChiSquaredTail } from './chi-squared.ts';

/** How sure a test is to be. */
export interface TestPower {
  /** Probability of an alarm where nothing is wrong. */
  readonly alpha: number;
  /** Probability of an alarm where the effect is there. */
  readonly power: number;
}

/**
 * Connections that a χ² test needs, if one server's share of `probabilities` changes by `effect` of itself and the others
 * take up the difference as their shares are. The server with the smallest share counts: its change is hardest to see.
 *
 * The statistic is then noncentral χ² with λ = N · effect² · p / (1 − p); N is the smallest number with the wanted power.
 */
export function connectionsToDetect(
  probabilities: readonly number[],
  effect: number,
  testPower: TestPower,
): number {
  return Math.ceil(noncentralityFor(probabilities, testPower) / effectSize(probabilities, effect));
}

/** The smallest relative change of one server's share that so many connections show. */
export function detectableEffect(
  probabilities: readonly number[],
  connections: number,
  testPower: TestPower,
): number {
  return Math.sqrt(noncentralityFor(probabilities, testPower) / connections / effectSize(probabilities, 1));
}

/**
 * Connections that a comparison with the exact sequence needs: it takes one single decision that went elsewhere, and
 * each goes elsewhere with probability p · effect, so N = ln(1 − power) / ln(1 − p · effect). Nothing is left to chance
 * where nothing is wrong: α is 0.
 */
export function decisionsToDetect(probabilities: readonly number[], effect: number, power: number): number {
  return Math.ceil(Math.log(1 - power) / Math.log1p(-smallestShare(probabilities) * effect));
}

/** The smallest relative change of one server's share that an exact comparison of so many decisions shows. */
export function effectSeenExactly(
  probabilities: readonly number[],
  decisions: number,
  power: number,
): number {
  const missed = (1 - power) ** (1 / decisions);
  return Math.min(1, (1 - missed) / smallestShare(probabilities));
}

/** λ for each connection. */
function effectSize(probabilities: readonly number[], effect: number): number {
  const share = smallestShare(probabilities);
  return (effect ** 2 * share) / (1 - share);
}

function smallestShare(probabilities: readonly number[]): number {
  return Math.min(...probabilities.filter((share) => share > 0));
}

/**
 * Decisions that a `Calibration` needs: the largest z² of n servers is compared with what one exceeds with probability
 * α / n, and for a server of share p it is noncentral χ² with one degree and λ = N · effect² · p / (1 − p).
 */
export function decisionsToCalibrate(
  probabilities: readonly number[],
  effect: number,
  testPower: TestPower,
): number {
  return Math.ceil(calibrationNoncentrality(probabilities, testPower) / effectSize(probabilities, effect));
}

/** The smallest relative change of one server's share that a `Calibration` of so many decisions shows. */
export function effectSeenByCalibration(
  probabilities: readonly number[],
  decisions: number,
  testPower: TestPower,
): number {
  const noncentrality = calibrationNoncentrality(probabilities, testPower);
  return Math.sqrt(noncentrality / decisions / effectSize(probabilities, 1));
}

function calibrationNoncentrality(probabilities: readonly number[], { alpha, power }: TestPower): number {
  return noncentrality(1, { alpha: alpha / probabilities.length, power });
}

function noncentralityFor(probabilities: readonly number[], testPower: TestPower): number {
  return noncentrality(probabilities.filter((share) => share > 0).length - 1, testPower);
}

/** The λ with which a χ² test has the wanted power. */
function noncentrality(degreesOfFreedom: number, { alpha, power }: TestPower): number {
  const critical = chiSquaredCritical(alpha, degreesOfFreedom);
  let low = 0;
  let high = critical + 1;
  while (noncentralChiSquaredTail(critical, degreesOfFreedom, high) < power) high *= 2;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (noncentralChiSquaredTail(critical, degreesOfFreedom, middle) < power) low = middle;
    else high = middle;
  }
  return high;
}
