/**
 * Program: as many random frames as wanted through the fast path and the core, side by side.
 *
 *     node test/director/fast-path/main.ts [FRAMES [SEED]]     a million, seed 1, unless given
 */

import { stayOnOneProcessor } from '../../../native/affinity.ts';
import { newTally, problemLeft, problemWith } from './equivalence.ts';
import { Flows } from './flows.ts';
import { openPath, PATHS } from './paths.ts';

/** With others as often, so that all kinds of addresses and ports come up. */
const FRAMES_PER_NETWORK = 10_000;

const [frames = '1000000', seed = '1'] = process.argv.slice(2);
stayOnOneProcessor();
for (const name of Object.keys(PATHS) as (keyof typeof PATHS)[]) {
  let [done, taken] = [0, 0];
  for (let i = 0; done < Number(frames); i++) {
    const flows = new Flows(Number(seed) + i);
    const path = openPath(
      name,
      PATHS[name].map(({ make }) => make(flows.kernel.maps)),
    );
    const tally = newTally();
    const refuse = (problem: string | undefined) => {
      if (problem === undefined) return;
      console.error(`${name}, seed ${Number(seed) + i}: ${problem}`);
      process.exit(1);
    };
    const wanted = Math.min(Number(frames) - done, FRAMES_PER_NETWORK);
    while (tally.frames < wanted) refuse(problemWith(flows, path, flows.next(name === 'tcx'), tally));
    if (name === 'xdp') refuse(problemLeft(flows, path, tally));
    done += tally.frames;
    taken += tally.taken;
    path.close();
    flows.close();
  }
  console.log(`${name}: ${done} frames, ${taken} taken, all as the core`);
}
