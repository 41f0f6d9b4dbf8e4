/** The fast path's programs beside the core, frame by frame, as the kernel runs them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stayOnOneProcessor } from '../../../native/affinity.ts';
import { describeAsRoot } from '../../root.ts';
import { newTally, problemLeft, problemWith } from './equivalence.ts';
import { Flows } from './flows.ts';
import { openPath, PATHS } from './paths.ts';

const FRAMES = 10_000;
const names = Object.keys(PATHS) as (keyof typeof PATHS)[];

describeAsRoot('the fast path, without an interface', () => {
  let letGo: () => void;
  beforeAll(() => {
    letGo = stayOnOneProcessor();
  });
  afterAll(() => letGo());

  test.each(names)('%s sends byte for byte what the core sends, and takes nothing else', (name) => {
    const flows = new Flows(1);
    const path = openPath(
      name,
      PATHS[name].map(({ make }) => make(flows.kernel.maps)),
    );
    const tally = newTally();
    const problems: string[] = [];
    while (tally.frames < FRAMES && problems.length < 5) {
      const problem = problemWith(flows, path, flows.next(name === 'tcx'), tally);
      if (problem !== undefined) problems.push(problem);
    }
    expect(problems).toEqual([]);
    if (name === 'xdp') expect(problemLeft(flows, path, tally)).toBeUndefined();
    expect(tally.taken).toBeGreaterThan(FRAMES / 2);
    path.close();
    flows.close();
  });
});
