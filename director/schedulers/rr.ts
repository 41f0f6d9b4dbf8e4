/** Round robin: each server in turn, whatever its weight, as long as that is not 0. */
import type { Destination } from '../services/destination.ts';
import type { Scheduler } from './scheduler.ts';

export function roundRobin(destinations: readonly Destination[]): Scheduler {
  /** The server picked last; undefined stands for the place before the first one. */
  let current: Destination | undefined;

  function pick(): Destination | undefined {
    const count = destinations.length;
    const start = current === undefined ? -1 : destinations.indexOf(current);
    // From the one after the last pick, once around, the last pick itself at the end.
    for (let step = 1; step <= count; step++) {
      const candidate = destinations[(start + step) % count] as Destination;
      if (candidate.eligible) {
        current = candidate;
        return candidate;
      }
    }
    return undefined;
  }

  return {
    name: 'rr',
    pick,
    removed(destination, index) {
      if (destination === current) current = index === 0 ? undefined : destinations[index - 1];
    },
  };
}
