/** Finds the highest rate of frames that a path carries: at which next to none is lost, and no queue grows. */

export interface Trial {
  readonly offeredPerSecond: number;
  /** Until the last of it had arrived: what waits in queues at the end has not been carried yet. */
  readonly deliveredPerSecond: number;
  readonly lostShare: number;
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
  /** Highest rate that was carried. */
  readonly perSecond: number;
  /** Lowest rate that was too high; absent where even the generator's full speed was not. */
  readonly tooHigh?: number;
}

const GENERATOR_SPEED = 0;
/** Where the search gives up. */
const LOWEST_PER_SECOND = 1_000;
/** How far from a hint, or from what came through at full speed, the answer is looked for first. */
const FIRST_STEP = 1.2;
/** A queue that has grown to more than this share of what was sent says that the rate cannot go on. */
const LAG_LIMIT = 0.1;

/** @param attempt sends at a rate, 0 being as fast as it goes. */
export async function highestCarriedRate(
  attempt: (perSecond: number) => Promise<Trial>,
  { lossLimit, resolution, hint }: SearchOptions,
): Promise<Found> {
  const isCarried = ({ offeredPerSecond, deliveredPerSecond, lostShare }: Trial) =>
    lostShare <= lossLimit && deliveredPerSecond >= offeredPerSecond * (1 - LAG_LIMIT);
  const full = await attempt(GENERATOR_SPEED);
  if (isCarried(full)) return { perSecond: full.deliveredPerSecond };
  let best = 0;
  let low = 0;
  let tooHigh = full.offeredPerSecond;
  let next = Math.min(hint ?? full.deliveredPerSecond, tooHigh / FIRST_STEP);
  while (next >= LOWEST_PER_SECOND && (low === 0 || tooHigh / low > 1 + resolution)) {
    const trial = await attempt(next);
    if (isCarried(trial)) {
      best = Math.max(best, trial.deliveredPerSecond);
      // The generator itself goes no faster: nothing between is known to be too high.
      if (trial.offeredPerSecond < next / (1 + resolution)) break;
      low = next;
    } else tooHigh = Math.min(tooHigh, next);
    next = low === 0 ? tooHigh / FIRST_STEP : Math.min(Math.sqrt(low * tooHigh), low * FIRST_STEP);
  }
  return { perSecond: best, tooHigh };
}
