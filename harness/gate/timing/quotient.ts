/** How a benchmark's ratio changed from one run to another, and how sure that is. */
import { intervalQuantile } from '../../../statistics/interval.ts';
import { studentQuantile, studentTail } from '../../../statistics/student.ts';
import type { Timing } from './timing.ts';

/** Power with which the smallest detectable effect is detected. */
export const POWER = 0.9;

/** Now divided by then, turned so that above 1 is better. */
export interface Quotient {
  readonly value: number;
  /** Its interval, so wide that all benchmarks' intervals hold at once. */
  readonly low: number;
  readonly high: number;
  /** Probability of as low a quotient if nothing had changed; and of as high a one. */
  readonly pWorse: number;
  readonly pBetter: number;
  /** The smallest loss that would be found with a probability of 0.9: 0.1 is a tenth less. */
  readonly detectableLoss: number;
}

/** How much a ratio is off by chance. */
export interface Spread {
  /** Standard deviation of the logarithm of one turn’s ratio. */
  readonly perTurn: number;
  /** Degrees of freedom that it is known with. */
  readonly degrees: number;
}

/** @param perRun Standard deviation of the logarithm of what a whole run is off, and in how many runs `then` was measured. */
export interface RunSpread {
  readonly perRun: number;
  readonly runs: number;
}

/** Standard deviation of the logarithm of one turn's ratio, from the interval. */
export function spreadOf({ low, high, turns }: Timing): number {
  const degrees = turns - 1;
  return ((Math.log(high / low) / 2) * Math.sqrt(turns)) / intervalQuantile(degrees);
}

/**
 * Of several benchmarks of one kind together: few turns say little about their own spread, many of the same kind much more.
 */
export function pooledSpread(timings: readonly Timing[]): Spread {
  const degrees = timings.reduce((sum, { turns }) => sum + turns - 1, 0);
  const squares = timings.reduce((sum, timing) => sum + (timing.turns - 1) * spreadOf(timing) ** 2, 0);
  return { perTurn: Math.sqrt(squares / degrees), degrees };
}

/**
 * @param kind Spread of all benchmarks of this kind; one that varies more than its kind is taken as it is.
 * @param alpha Probability of a false alarm that this one benchmark may have.
 */
export function quotientOf(
  then: Timing,
  now: Timing,
  kind: Spread,
  runs: RunSpread,
  alpha: number,
): Quotient {
  const variance = varianceOf(then, kind) + varianceOf(now, kind) + runs.perRun ** 2 * (1 + 1 / runs.runs);
  const error = Math.sqrt(variance);
  const direction = now.higherIsBetter ? 1 : -1;
  const change = direction * Math.log(now.ratio / then.ratio);
  const critical = studentQuantile(alpha, kind.degrees);
  const tail = (sign: number) =>
    error === 0 ? Number(sign * change <= 0) : studentTail((sign * change) / error, kind.degrees);
  return {
    value: Math.exp(change),
    low: Math.exp(change - critical * error),
    high: Math.exp(change + critical * error),
    pWorse: tail(-1),
    pBetter: tail(1),
    detectableLoss: 1 - Math.exp(-(critical + studentQuantile(1 - POWER, kind.degrees)) * error),
  };
}

/** Of the mean of the logarithms over the turns. */
function varianceOf(timing: Timing, kind: Spread): number {
  return Math.max(spreadOf(timing), kind.perTurn) ** 2 / timing.turns;
}
