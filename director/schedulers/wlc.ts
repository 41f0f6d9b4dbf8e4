/** Weighted least connections, the default: the server whose load is smallest for its weight. */

import type { Scheduled, Scheduler } from '../services/scheduler.ts';
import { leastLoaded, overhead } from './least-loaded.ts';

export function weightedLeastConnections({ destinations }: Scheduled): Scheduler {
  return { name: 'wlc', pick: () => leastLoaded(destinations, overhead) };
}
