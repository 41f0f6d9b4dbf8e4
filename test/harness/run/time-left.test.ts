import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeLeft } from '../../../harness/run/time-left.ts';

/** A run of parts of so many units each, on a machine that is so many times slower than an idle one. */
function told(parts: readonly { readonly seconds: number; readonly units: number }[], slowness: number) {
  const left: { readonly atMs: number; readonly leftMs: number }[] = [];
  let nowMs = 5_000;
  const timeLeft = new TimeLeft(
    (leftMs) => left.push({ atMs: nowMs - 5_000, leftMs }),
    () => nowMs,
  );
  for (const [i, { seconds }] of parts.entries()) timeLeft.plan(`part ${i}`, seconds);
  parts.forEach(({ seconds, units }, i) => {
    const begins = timeLeft.counting(`part ${i}`, units);
    for (let unit = 0; unit < units; unit++) {
      begins();
      nowMs += (seconds * slowness * 1000) / units;
    }
    timeLeft.ended(`part ${i}`);
  });
  return left;
}

const parts = fc.array(
  fc.record({ seconds: fc.integer({ min: 1, max: 200 }), units: fc.integer({ min: 1, max: 40 }) }),
  { minLength: 1, maxLength: 5 },
);

describe('the time that a run still takes', () => {
  it('is what its parts take, on an idle machine', () => {
    fc.assert(
      fc.property(parts, (planned) => {
        const wholeMs = planned.reduce((sum, { seconds }) => sum + seconds, 0) * 1000;
        for (const { atMs, leftMs } of told(planned, 1)) expect(leftMs).toBeCloseTo(wholeMs - atMs, 3);
      }),
    );
  });

  it('comes to be told at the pace of a slower machine, and ends at nothing', () => {
    const slow = told(
      [
        { seconds: 60, units: 30 },
        { seconds: 60, units: 30 },
      ],
      5,
    );
    const half = slow.find(({ atMs }) => atMs >= 300_000);
    expect(half?.leftMs).toBeGreaterThan(240_000);
    expect(half?.leftMs).toBeLessThanOrEqual(300_000);
    expect(slow.at(-1)?.leftMs).toBe(0);
  });

  it('is not told of a part that was not planned', () => {
    const left: number[] = [];
    new TimeLeft((ms) => left.push(ms)).counting('anything', 3)();
    expect(left).toEqual([]);
  });
});
