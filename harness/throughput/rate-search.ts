/**
 * The highest rate of frames that a path carries: at which no more is lost than may be, and no queue grows. For several shares
 * of loss one search is enough, as in MLRsearch (draft-ietf-bmwg-mlrsearch): each begins with what the trials before it found.
 */

/** What became of the frames that were sent at one rate. */
export interface Trial {
  readonly offeredPerSecond: number;
  /** Until the last of it had arrived: what waits in queues at the end has not been carried yet. */
  readonly deliveredPerSecond: number;
  readonly lostShare: number;
}

/** Sends at a rate in frames per second, 0 being as fast as it goes. */
export type Attempt = (perSecond: number) => Promise<Trial>;

export interface SearchOptions {
  /** Share that may be lost, such as 0.001. */
  readonly lossLimit: number;
  /** It ends when the answer is known to this share, such as 0.04. */
  readonly resolution: number;
  /** A rate to begin with, such as what was found before. */
  readonly hint?: number;
  /** Whether the answer has to hold in a longer trial too. */
  readonly isConfirmed?: boolean;
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

/** The search on one path. What it has tried, it knows the next time. */
export class RateSearch {
  readonly #short: Trials;
  readonly #long: Trials;

  /** @param attempt sends for a short time. @param confirm for a longer one, to see whether a rate that was found lasts. */
  constructor(attempt: Attempt, confirm: Attempt = attempt) {
    this.#short = new Trials(attempt);
    this.#long = new Trials(confirm);
  }

  async highest({ lossLimit, resolution, hint, isConfirmed = false }: SearchOptions): Promise<Found> {
    const goal = { lossLimit, resolution };
    const found = await highestIn(this.#short, goal, hint);
    if (!isConfirmed || found.perSecond === 0) return found;
    // What was too high for a short time is so for a longer one.
    return highestIn(this.#long, goal, found.asked, found.tooHigh);
  }
}

type Goal = Pick<SearchOptions, 'lossLimit' | 'resolution'>;

/** Trials of one length. */
class Trials {
  readonly #attempt: Attempt;
  readonly tried: { readonly asked: number; readonly trial: Trial }[] = [];
  #full: Trial | undefined;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  /** As fast as the generator goes, once. */
  async full(): Promise<Trial> {
    this.#full ??= await this.#attempt(GENERATOR_SPEED);
    return this.#full;
  }

  async at(asked: number): Promise<Trial> {
    const trial = await this.#attempt(asked);
    this.tried.push({ asked, trial });
    return trial;
  }
}

interface Asked extends Found {
  /** The rate that was asked for when it was found. */
  readonly asked: number;
}

/** @param first Rate to begin with. @param below A rate that is known to be too high; the generator's full speed if absent. */
async function highestIn(
  trials: Trials,
  goal: Goal,
  first: number | undefined,
  below?: number,
): Promise<Asked> {
  const { resolution } = goal;
  const isFullSpeedOpen = below === undefined;
  const full = isFullSpeedOpen ? await trials.full() : undefined;
  if (full !== undefined && isCarried(full, goal)) return { perSecond: full.deliveredPerSecond, asked: 0 };
  const failed = trials.tried.filter(({ trial }) => !isCarried(trial, goal)).map(({ asked }) => asked);
  let tooHigh = Math.min(below ?? full!.offeredPerSecond, ...failed);
  const carried = trials.tried.filter(({ asked, trial }) => asked < tooHigh && isCarried(trial, goal));
  let low = Math.max(0, ...carried.map(({ asked }) => asked));
  let perSecond = Math.max(0, ...carried.map(({ trial }) => trial.deliveredPerSecond));
  const start = first || full?.deliveredPerSecond || tooHigh / FIRST_STEP;
  let next =
    low === 0 ? Math.min(start, isFullSpeedOpen ? tooHigh / FIRST_STEP : tooHigh) : between(low, tooHigh);
  while (next >= LOWEST_PER_SECOND && (low === 0 || tooHigh / low > 1 + resolution)) {
    const trial = await trials.at(next);
    if (isCarried(trial, goal)) {
      perSecond = Math.max(perSecond, trial.deliveredPerSecond);
      low = next;
      // The generator itself goes no faster: nothing between is known to be too high.
      if (trial.offeredPerSecond < next / (1 + resolution)) break;
    } else tooHigh = Math.min(tooHigh, next);
    next = low === 0 ? tooHigh / FIRST_STEP : between(low, tooHigh);
  }
  return { perSecond, tooHigh, asked: low };
}

function between(low: number, tooHigh: number): number {
  return Math.min(Math.sqrt(low * tooHigh), low * FIRST_STEP);
}

function isCarried({ offeredPerSecond, deliveredPerSecond, lostShare }: Trial, { lossLimit }: Goal): boolean {
  return lostShare <= lossLimit && deliveredPerSecond >= offeredPerSecond * (1 - LAG_LIMIT);
}
