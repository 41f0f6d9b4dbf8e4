/** Round robin: each server in turn, whatever its weight, as long as that is not 0. */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler } from '../services/scheduler.ts';

export function roundRobin({ destinations }: Scheduled): Scheduler {
  /** Index of the server picked last; -1 stands for the place before the first one. */
  let current = -1;

  function pick(): Destination | undefined {
    const count = destinations.length;
    // From the one after the last pick, once around, the last pick itself at the end.
    let index = current;
    for (let step = 0; step < count; step++) {
      index = index + 1 === count ? 0 : index + 1;
      const candidate = destinations[index] as Destination;
      if (candidate.eligible) {
        current = index;
        return candidate;
      }
    }
    return undefined;
  }

  return {
    name: 'rr',
    pick,
    added() {
      if (current >= 0) current++;
    },
    removed(index) {
      // Where the last pick itself is gone, the one before it takes its place.
      if (index <= current) current--;
    },
    image: () => [current],
    restore(image) {
      [current] = image as [number];
    },
    inspect: () => ({ 'picked last (index)': current }),
  };
}
