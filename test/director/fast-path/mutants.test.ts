/** What the frames of the equivalence test can tell: each mistake in the programs shows. */

import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { describeAsRoot } from '../../root.ts';

const PROGRAM = fileURLToPath(new URL('kill-mutants.ts', import.meta.url));

describeAsRoot('every mutant of the fast path’s programs', () => {
  // The seeds of the table's hash are others each time: what they hide once, as a full line does, they show the next time.
  it('is killed', { timeout: 120_000, retry: 2 }, async () => {
    const { stdout } = await execa(process.execPath, [PROGRAM]);
    const { mutants, survivors } = JSON.parse(stdout);
    expect(survivors).toEqual([]);
    expect(mutants).toBeGreaterThan(50);
  });
});
