/** The choice that wlc, sed, nq, lblc and lblcr share: least load for the weight. */
import type { Destination } from '../services/destination.ts';

/**
 * The eligible server with the smallest load / weight, compared by cross multiplication without division. Of equals
 * the first in the list, which is the one added last.
 */
export function leastLoaded(
  destinations: readonly Destination[],
  load: (destination: Destination) => number,
): Destination | undefined {
  let best: Destination | undefined;
  let bestLoad = 0;
  for (let i = 0; i < destinations.length; i++) {
    const candidate = destinations[i] as Destination;
    if (!candidate.eligible) continue;
    const candidateLoad = load(candidate);
    if (best === undefined || bestLoad * candidate.weight > candidateLoad * best.weight) {
      best = candidate;
      bestLoad = candidateLoad;
    }
  }
  return best;
}
