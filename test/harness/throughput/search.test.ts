import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  RateSearch,
  type SearchOptions,
  type Trial,
} from '../../../harness/throughput/rate-search.ts';

const OPTIONS = { lossLimit: 0.001, resolution: 0.04 };
const SECONDS = 0.1;

const highestCarriedRate = async (attempt: Attempt, options: SearchOptions) => {
  const { perSecond, tooHigh } = await new RateSearch(attempt).highest(options);
  return tooHigh === undefined ? { perSecond } : { perSecond, tooHigh };
};

/**
 * A path that carries `capacity` a second and lets `buffer` frames wait; what finds no room is lost. The generator reaches
 * `generator`.
 */
function path(capacity: number, generator: number, buffer = 0) {
  const tried: number[] = [];
  const attempt = async (perSecond: number): Promise<Trial> => {
    tried.push(perSecond);
    const offeredPerSecond = perSecond === 0 ? generator : Math.min(perSecond, generator);
    const sent = offeredPerSecond * SECONDS;
    const waiting = Math.max(0, offeredPerSecond - capacity) * SECONDS;
    const lost = Math.max(0, waiting - buffer);
    const arrivedAfter = SECONDS + Math.min(waiting, buffer) / capacity;
    return { offeredPerSecond, deliveredPerSecond: (sent - lost) / arrivedAfter, lostShare: lost / sent };
  };
  return { attempt, tried };
}

describe('the search for the highest rate that a path carries', () => {
  it('is over at once where everything that can be sent comes through', async () => {
    const { attempt, tried } = path(2_000_000, 1_000_000);
    expect(await highestCarriedRate(attempt, OPTIONS)).toEqual({ perSecond: 1_000_000 });
    expect(tried).toEqual([0]);
  });

  it('finds what a path carries, whatever it carries, however much may wait, and whatever it begins with', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5_000, max: 900_000 }),
        fc.integer({ min: 0, max: 50_000 }),
        fc.option(fc.integer({ min: 1_000, max: 1_000_000 }), { nil: undefined }),
        async (capacity, buffer, hint) => {
          const { attempt, tried } = path(capacity, 1_000_000, buffer);
          const found = await highestCarriedRate(
            attempt,
            hint === undefined ? OPTIONS : { ...OPTIONS, hint },
          );
          // A tenth of what was loss-free may have been waiting, never more: buffers make no path faster.
          expect(found.perSecond).toBeLessThanOrEqual(capacity * 1.001);
          expect(found.perSecond).toBeGreaterThan(capacity / 1.05);
          expect(tried.length).toBeLessThan(60);
        },
      ),
    );
  });

  it('takes few trials where it is told what was found before', async () => {
    const { attempt, tried } = path(300_000, 1_000_000);
    await highestCarriedRate(attempt, { ...OPTIONS, hint: 298_000 });
    expect(tried.length).toBeLessThanOrEqual(7);
  });

  it('says nothing where everything is lost, and ends', async () => {
    const attempt = async (perSecond: number): Promise<Trial> => ({
      offeredPerSecond: perSecond || 500_000,
      deliveredPerSecond: 0,
      lostShare: 1,
    });
    expect((await highestCarriedRate(attempt, OPTIONS)).perSecond).toBe(0);
  });

  it('ends where the generator does not reach the rate that is asked for, with what came through', async () => {
    const attempt = async (perSecond: number): Promise<Trial> =>
      perSecond === 0
        ? { offeredPerSecond: 600_000, deliveredPerSecond: 400_000, lostShare: 1 / 3 }
        : { offeredPerSecond: 100_000, deliveredPerSecond: 100_000, lostShare: 0 };
    expect(await highestCarriedRate(attempt, OPTIONS)).toEqual({ perSecond: 100_000, tooHigh: 600_000 });
  });
});

/** A path that loses nothing up to `lossless` frames a second, and above it this share of what is more. */
function gradual(lossless: number, share: number) {
  const tried: number[] = [];
  const attempt = async (perSecond: number): Promise<Trial> => {
    tried.push(perSecond);
    const offeredPerSecond = perSecond || 1_000_000;
    const lost = Math.max(0, offeredPerSecond - lossless) * share;
    return {
      offeredPerSecond,
      deliveredPerSecond: offeredPerSecond - lost,
      lostShare: lost / offeredPerSecond,
    };
  };
  return { attempt, tried };
}

describe('the search by loss', () => {
  const resolution = 0.04;

  it('finds the rate without loss and the one with at most 0.5 %, in trials that both share', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20_000, max: 800_000 }),
        fc.double({ min: 0.03, max: 0.5, noNaN: true }),
        async (lossless, share) => {
          const { attempt, tried } = gradual(lossless, share);
          const search = new RateSearch(attempt);
          const partial = await search.highest({ lossLimit: 0.005, resolution });
          const alone = tried.length;
          const none = await search.highest({ lossLimit: 0, resolution });
          expect(none.perSecond).toBeLessThanOrEqual(lossless);
          expect(none.perSecond).toBeGreaterThan(lossless / (1 + resolution) - 1);
          // Loss is share · (1 − lossless/rate): where it reaches 0.5 %.
          const most = Math.min(1_000_000, lossless / (1 - 0.005 / share));
          expect(partial.perSecond).toBeLessThanOrEqual(most);
          expect(partial.perSecond).toBeGreaterThan((most / (1 + resolution)) * 0.995 - 1);
          expect(none.perSecond).toBeLessThanOrEqual(partial.perSecond);
          // The second begins where the first ended.
          expect(tried.length - alone).toBeLessThanOrEqual(14);
          expect(new Set(tried).size).toBe(tried.length);
        },
      ),
    );
  });

  it('goes on below a rate that holds for a short time only', async () => {
    const short = path(400_000, 1_000_000);
    const long = path(300_000, 1_000_000);
    const search = new RateSearch(short.attempt, long.attempt);
    const options = { lossLimit: 0, resolution, isConfirmed: true };
    const { perSecond } = await search.highest(options);
    expect(perSecond).toBeLessThanOrEqual(300_000);
    expect(perSecond).toBeGreaterThan(300_000 / 1.04);
    const same = new RateSearch(short.attempt, path(400_000, 1_000_000).attempt);
    expect((await same.highest(options)).perSecond).toBeGreaterThan(400_000 / 1.04);
  });

  it('confirms what the generator can send at most, too', async () => {
    const long = path(700_000, 1_000_000);
    const search = new RateSearch(path(2_000_000, 1_000_000).attempt, long.attempt);
    const { perSecond, tooHigh } = await search.highest({ lossLimit: 0, resolution, isConfirmed: true });
    expect(long.tried[0]).toBe(0);
    expect(perSecond).toBeLessThanOrEqual(700_000);
    expect(perSecond).toBeGreaterThan(700_000 / 1.04);
    expect(tooHigh).toBeGreaterThan(perSecond);
  });
});
