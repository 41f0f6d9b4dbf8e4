/** Weighted failover: everything goes to the server with the highest weight, as long as it is there. */
import type { Destination } from '../services/destination.ts';
import type { Scheduled, Scheduler } from '../services/scheduler.ts';
import { heaviest } from './weights.ts';

export function failover({ destinations }: Scheduled): Scheduler {
  return { name: 'fo', pick: () => heaviest(destinations, isEligible) };
}

function isEligible(destination: Destination): boolean {
  return destination.eligible;
}
