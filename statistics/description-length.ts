/**
 * Where a series of values changed its level: the division into groups of consecutive values that describes the series in the
 * fewest bits (minimum description length; Rissanen, Automatica 14, 1978), the idea behind FD.io's trend analysis.
 *
 * A description says how many groups there are and where they begin, the level of each, and each value given its level. Values
 * are normally distributed about their levels with one unknown variance, levels are equally likely within a range. With level
 * and variance integrated out, the bits are −log₂ of what is left (a mixture code), so nothing has to be rounded or tuned.
 */
import { logGamma } from './special-functions.ts';

/** Consecutive values with one level. */
export interface Group {
  /** Index of its first value. */
  readonly from: number;
  readonly count: number;
  readonly mean: number;
}

export interface SeriesFacts {
  /** Standard deviation that values have by what is known without them. */
  readonly deviation: number;
  /** Series that are looked at together: a change may be in any of them. */
  readonly seriesCount: number;
  /** Probability that a series which did not change is divided. */
  readonly alpha: number;
}

/** What is known of the deviation beforehand counts as so many values. */
const WORTH = 4;
/** Levels of logarithms of ratios are looked for within a factor of two, or within the values' range where that is wider. */
const RANGE = Math.LN2;
const MOST_GROUPS = 16;

/**
 * Groups of a series, first to last; empty for an empty series.
 *
 * Every further group has to save log₂ 1/α bits over the description without it: a wrong description saves so many with a
 * probability of at most α (Barron 1985; Grünwald, The Minimum Description Length Principle, 2007, §3.3).
 *
 * @param values Logarithms of ratios, oldest first.
 */
export function groupsOf(values: readonly number[], facts: SeriesFacts): Group[] {
  if (values.length === 0) return [];
  const sums = new Sums(values);
  let best: { bits: number; starts: readonly number[] } | undefined;
  for (const starts of closestDivisions(sums, Math.min(values.length, MOST_GROUPS))) {
    const bits = descriptionBits(sums, starts, facts) + (starts.length - 1) * Math.log2(1 / facts.alpha);
    if (best === undefined || bits < best.bits) best = { bits, starts };
  }
  return (best?.starts ?? []).map((from, i, starts) => {
    const count = (starts[i + 1] ?? values.length) - from;
    return { from, count, mean: sums.mean(from, from + count) };
  });
}

/** For each number of groups the division with the least squared distances from its means, by dynamic programming. */
function* closestDivisions(sums: Sums, mostGroups: number): Generator<readonly number[]> {
  const { length } = sums;
  // Of the first `end` values in as many groups as the turn has: the least squares, and where the last group begins.
  let least = Array.from({ length: length + 1 }, (_, end) => (end === 0 ? 0 : sums.squares(0, end)));
  const starts: number[][] = [least.map(() => 0)];
  yield [0];
  for (let groups = 2; groups <= mostGroups; groups++) {
    const before = least;
    const begins = before.map(() => 0);
    least = before.map((_, end) => {
      let found = Infinity;
      for (let from = groups - 1; from < end; from++) {
        const squares = (before[from] as number) + sums.squares(from, end);
        if (squares < found) [found, begins[end]] = [squares, from];
      }
      return found;
    });
    starts.push(begins);
    yield divisionFrom(starts, length);
  }
}

/** Follows the beginnings of last groups back to the first. */
function divisionFrom(starts: readonly (readonly number[])[], length: number): number[] {
  const division: number[] = [];
  let end = length;
  for (const begins of starts.toReversed()) {
    end = begins[end] as number;
    division.unshift(end);
  }
  return division;
}

/** @param starts Indexes at which groups begin. */
function descriptionBits(sums: Sums, starts: readonly number[], facts: SeriesFacts): number {
  const { length } = sums;
  const groups = starts.length;
  const ends = [...starts.slice(1), length];
  const squares = starts.reduce((sum, from, i) => sum + sums.squares(from, ends[i] as number), 0);
  const places =
    logChoose(length - 1, groups - 1) + Math.log(length) + (groups - 1) * Math.log(facts.seriesCount);
  const levels =
    groups * Math.log(Math.max(RANGE, sums.range)) +
    starts.reduce((sum, from, i) => sum + Math.log((ends[i] as number) - from) / 2, 0);
  const known = WORTH * facts.deviation ** 2;
  const degrees = length - groups;
  const rest =
    (degrees / 2) * Math.log(2 * Math.PI) -
    (WORTH / 2) * Math.log(known / 2) +
    logGamma(WORTH / 2) -
    logGamma((WORTH + degrees) / 2) +
    ((WORTH + degrees) / 2) * Math.log((known + squares) / 2);
  return (places + levels + rest) / Math.LN2;
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** Sums over stretches of values, each in constant time. */
class Sums {
  readonly length: number;
  /** Largest value less smallest. */
  readonly range: number;
  readonly #first: number;
  readonly #sums: number[] = [0];
  readonly #squares: number[] = [0];

  constructor(values: readonly number[]) {
    this.length = values.length;
    this.range = Math.max(...values) - Math.min(...values);
    // Distances from one of the values: squares of large numbers would lose the differences.
    this.#first = values[0] ?? 0;
    for (const [i, value] of values.entries()) {
      const distance = value - this.#first;
      this.#sums.push((this.#sums[i] as number) + distance);
      this.#squares.push((this.#squares[i] as number) + distance ** 2);
    }
  }

  mean(from: number, end: number): number {
    return this.#first + this.#between(this.#sums, from, end) / (end - from);
  }

  /** Squared distances from the mean. */
  squares(from: number, end: number): number {
    const sum = this.#between(this.#sums, from, end);
    return Math.max(0, this.#between(this.#squares, from, end) - sum ** 2 / (end - from));
  }

  #between(sums: readonly number[], from: number, end: number): number {
    return (sums[end] as number) - (sums[from] as number);
  }
}
