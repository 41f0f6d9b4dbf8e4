/** Weighted least connections, the default: the server whose load is smallest for its weight. */
import type { Destination } from '../services/destination.ts';
import { leastLoaded } from './least-loaded.ts';
import { overhead } from './overhead.ts';
import type { Scheduler } from './scheduler.ts';

export function weightedLeastConnections(destinations: readonly Destination[]): Scheduler {
  return { name: 'wlc', pick: () => leastLoaded(destinations, overhead) };
}
