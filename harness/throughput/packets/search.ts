/** Finds the highest rate at which next to nothing is lost. */

export interface Trial {
  /** What was sent, and what of it arrived, per second. */
  readonly offeredPerSecond: number;
  readonly deliveredPerSecond: number;
}

export interface SearchOptions {
  /** Share that may be lost, such as 0.001. */
  readonly lossLimit: number;
  /** It ends when the answer is known to this share, such as 0.04. */
  readonly resolution: number;
  /** A rate to begin with, such as what was found before. */
  readonly hint?: number;
}

export interface Found {
  /** Highest rate that came through, as delivered. */
  readonly perSecond: number;
  /** What was tried last at that rate, and what was lost just above it; absent where nothing was ever lost. */
  readonly lossyAbove?: number;
}

const GENERATOR_SPEED = 0;
/** Where the search gives up. */
const LOWEST_PER_SECOND = 1_000;
/** How far from a hint, or from what came through at full speed, the answer is looked for first. */
const FIRST_STEP = 1.2;

/** @param attempt sends at a rate, 0 being as fast as it goes. */
export async function highestLosslessRate(
  attempt: (perSecond: number) => Promise<Trial>,
  { lossLimit, resolution, hint }: SearchOptions,
): Promise<Found> {
  const isLossless = ({ offeredPerSecond, deliveredPerSecond }: Trial) =>
    deliveredPerSecond >= offeredPerSecond * (1 - lossLimit);
  const full = await attempt(GENERATOR_SPEED);
  if (isLossless(full)) return { perSecond: full.deliveredPerSecond };
  let low = 0;
  let high = full.offeredPerSecond;
  let next = Math.min(hint ?? full.deliveredPerSecond, high / FIRST_STEP);
  while (next >= LOWEST_PER_SECOND && (low === 0 || high / low > 1 + resolution)) {
    const trial = await attempt(next);
    if (isLossless(trial)) {
      // The generator may have been slower than asked: what came through is what is known.
      low = Math.max(low, trial.deliveredPerSecond);
      // It cannot go any faster: nothing is known to be lost below.
      if (trial.offeredPerSecond < next / (1 + resolution)) return { perSecond: low, lossyAbove: high };
    } else high = Math.min(high, next);
    next = between(low, high);
  }
  return { perSecond: low, lossyAbove: high };
}

function between(low: number, high: number): number {
  if (low === 0) return high / FIRST_STEP;
  return Math.min(Math.sqrt(low * high), low * FIRST_STEP);
}
