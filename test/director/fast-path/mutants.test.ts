/** What the frames of the equivalence test can tell: each mistake in the programs shows. */

import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('kill-mutants.ts', import.meta.url));

test.skipIf(process.getuid?.() !== 0)('every mutant of the fast path’s programs is killed', async () => {
  const { stdout } = await execa(process.execPath, [PROGRAM]);
  const { mutants, survivors } = JSON.parse(stdout);
  expect(survivors).toEqual([]);
  expect(mutants).toBeGreaterThan(50);
});
