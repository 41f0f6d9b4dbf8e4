/** How many bytes of the heap a call takes. */
import type { Figure } from './figure.ts';

const WARM_UP_CALLS = 100_000;
/** Few enough that a round fits between two collections even if every call takes an object or two. */
const ROUND_CALLS = 10_000;
const ROUNDS = 31;
/** Less than this a call is the measurement's own: the smallest object takes 16 bytes. */
const NOISE_BYTES = 2;

/** The median over rounds: a collection in between makes a round look smaller. */
export function measureAllocation(group: string, name: string, call: (i: number) => unknown): Figure {
  let i = 0;
  while (i < WARM_UP_CALLS) call(i++);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < ROUND_CALLS; n++) call(i++);
    rounds.push((process.memoryUsage().heapUsed - before) / ROUND_CALLS);
  }
  const median = rounds.sort((a, b) => a - b)[ROUNDS >> 1] as number;
  const value = median < NOISE_BYTES ? 0 : median;
  return { group, name: `${name}: heap per call`, unit: 'bytes', value, reference: undefined, goal: 0 };
}
