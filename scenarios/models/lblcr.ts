/**
 * Locality-based least connections with replication: as lblc, but a destination address has a set of servers, all
 * those that it was ever given to (a day without change, after which the set shrinks, is beyond this model). The least
 * loaded of the set is chosen; where that one is to be relieved, the set grows by the wlc choice.
 */
import { isEligible, type Model, overhead } from './choice.ts';
import { isToBeRelieved } from './lblc.ts';
import { leastLoadedForItsWeight } from './wlc.ts';

export const lblcr: Model = (list, { destination }, past) => {
  const chosen = past
    .filter(({ request }) => request.destination === destination)
    .map(({ server }) => server);
  // Who joined the set last stands first in it.
  const names = [...new Set(chosen)].reverse();
  const set = names.flatMap((name) => list.filter((server) => server.name === name)).filter(isEligible);
  const costs = set.map((server) => overhead(server) / server.weight);
  const own = set[costs.indexOf(Math.min(...costs))];
  if (own !== undefined && !isToBeRelieved(own, list)) return own.name;
  return leastLoadedForItsWeight(list)?.name;
};
