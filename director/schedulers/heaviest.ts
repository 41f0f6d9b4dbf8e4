/** The choice that fo and ovf share: the highest weight. */
import type { Destination } from '../services/destination.ts';

/** Of those that may take a connection the server with the highest weight; of equals the first in the list. */
export function heaviest(
  destinations: readonly Destination[],
  mayTake: (destination: Destination) => boolean,
): Destination | undefined {
  let best: Destination | undefined;
  for (let i = 0; i < destinations.length; i++) {
    const candidate = destinations[i] as Destination;
    if (mayTake(candidate) && (best === undefined || candidate.weight > best.weight)) best = candidate;
  }
  return best;
}
