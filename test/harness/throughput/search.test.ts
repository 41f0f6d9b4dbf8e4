import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highestCarriedRate, type Trial } from '../../../harness/throughput/measure-packets.ts';

const OPTIONS = { lossLimit: 0.001, resolution: 0.04 };
const SECONDS = 0.1;

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
