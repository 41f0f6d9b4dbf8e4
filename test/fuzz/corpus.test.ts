import { describe, expect, it } from 'vitest';
import { keptFor } from './corpus.ts';
import { TARGETS } from './targets/index.ts';

describe.each(TARGETS)('what was found once of $name', ({ name, check }) => {
  it('holds now', async () => {
    const kept = await keptFor(name);
    expect(kept.length).toBeGreaterThan(0);
    for (const { file, about, input } of kept) {
      await expect((async () => check(input))(), `${file}: ${about}`).resolves.toBeUndefined();
    }
  });
});
