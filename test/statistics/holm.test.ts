import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { significant } from '../../statistics/holm.ts';

describe('many tests at once', () => {
  it('are held to stricter limits the more there are, the next looser than the one before', () => {
    // 0.05/4 = 0.0125, 0.05/3 = 0.0167, 0.05/2 = 0.025: the third is above it, so the fourth does not count either.
    expect(significant([0.04, 0.01, 0.03, 0.015], 0.05)).toEqual([false, true, false, true]);
  });

  it('name no test that would not be named alone, and every one that would pass Bonferroni’s limit', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 20 }), (all) => {
        for (const [i, answer] of significant(all, 0.05).entries()) {
          if (answer) expect(all[i]).toBeLessThanOrEqual(0.05);
          else expect(all[i]).toBeGreaterThan(0.05 / all.length);
        }
      }),
    );
  });
});
