/** Weighted least connections, the default: the server whose load is smallest for its weight. */
import { leastLoaded } from './least-loaded.ts';
import { overhead } from './overhead.ts';
import type { Scheduled, Scheduler } from './scheduler.ts';

export function weightedLeastConnections({ destinations }: Scheduled): Scheduler {
  return { name: 'wlc', pick: () => leastLoaded(destinations, overhead) };
}
