/** Every director that the bench can test, by name. */
import type { DirectorUnderTest } from './director-under-test.ts';
import { tsDirector } from './ts.ts';

export const directors: Readonly<Record<string, DirectorUnderTest>> = { ts: tsDirector };
