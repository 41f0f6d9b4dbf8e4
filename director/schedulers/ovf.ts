/** Overflow: as fo, but a server with more active connections than its weight lets the next one take over. */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler } from '../services/scheduler.ts';
import { heaviest } from './weights.ts';

export function overflow({ destinations }: Scheduled): Scheduler {
  return { name: 'ovf', pick: () => heaviest(destinations, hasRoom) };
}

function hasRoom(destination: Destination): boolean {
  return destination.eligible && destination.activeConnections <= destination.weight;
}
