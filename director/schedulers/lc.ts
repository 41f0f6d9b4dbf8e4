/** Least connections: the server with the smallest load; weights only say who takes part. */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler } from '../services/scheduler.ts';
import { overhead } from './least-loaded.ts';

export function leastConnections({ destinations }: Scheduled): Scheduler {
  function pick(): Destination | undefined {
    let best: Destination | undefined;
    let bestLoad = 0;
    for (let i = 0; i < destinations.length; i++) {
      const candidate = destinations[i] as Destination;
      if (!candidate.eligible) continue;
      // Unsigned, unlike wlc: a load past 2^31 counts as high and not as negative.
      const load = overhead(candidate) >>> 0;
      if (best === undefined || load < bestLoad) {
        best = candidate;
        bestLoad = load;
      }
    }
    return best;
  }

  return { name: 'lc', pick };
}
