/**
 * Locality-based least connections: a destination address stays with its server, until that one has more active
 * connections than its weight while another has less than half of its own; then, and for a new address, as wlc.
 */
import type { Model, ModelServer } from './choice.ts';
import { leastLoadedForItsWeight } from './wlc.ts';

export const lblc: Model = (list, { destination }, past) => {
  const last = past.findLast(
    ({ request, server }) => server !== undefined && request.destination === destination,
  )?.server;
  const own = list.find(({ name }) => name === last);
  if (own !== undefined && own.weight > 0 && !isToBeRelieved(own, list)) return own.name;
  return leastLoadedForItsWeight(list)?.name;
};

/** Whether it is overloaded while another server is half idle. Thresholds do not matter here. */
export function isToBeRelieved({ active, weight }: ModelServer, list: readonly ModelServer[]): boolean {
  return active > weight && list.some((other) => other.active * 2 < other.weight);
}
