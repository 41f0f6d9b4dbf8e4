/** Shortest expected delay: the server where a connection more would mean the least load for its weight. */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler } from '../services/scheduler.ts';
import { leastLoaded } from './least-loaded.ts';

/** Active connections with the new one. Inactive ones cost nothing here. */
export function expectedDelay(destination: Destination): number {
  return destination.activeConnections + 1;
}

export function shortestExpectedDelay({ destinations }: Scheduled): Scheduler {
  return { name: 'sed', pick: () => leastLoaded(destinations, expectedDelay) };
}
