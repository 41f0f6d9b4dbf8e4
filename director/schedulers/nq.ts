/** Never queue: the first idle server in the list, however slow; only if all are busy, the choice of sed. */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler } from '../services/scheduler.ts';
import { leastLoaded } from './least-loaded.ts';
import { expectedDelay } from './sed.ts';

export function neverQueue({ destinations }: Scheduled): Scheduler {
  function pick(): Destination | undefined {
    for (let i = 0; i < destinations.length; i++) {
      const candidate = destinations[i] as Destination;
      if (candidate.eligible && candidate.activeConnections === 0) return candidate;
    }
    return leastLoaded(destinations, expectedDelay);
  }

  return { name: 'nq', pick };
}
