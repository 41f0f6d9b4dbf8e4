/** Destination hashing: the address that a packet is for leads to a server. Meant for caches behind firewall marks. */
import type { Destination } from '../services/destination.ts';
import type { FlowKey, Scheduled, Scheduler } from '../services/scheduler.ts';
import { bucketText, hash32 } from './hash-buckets.ts';

const BITS = 8;
const BUCKETS = 1 << BITS;

export function destinationHashing({ destinations }: Scheduled): Scheduler {
  const buckets: (Destination | undefined)[] = new Array(BUCKETS).fill(undefined);

  /** One bucket each, over and over; weights do not matter here. */
  function rebuild(): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      buckets[bucket] = destinations[bucket % destinations.length];
  }

  function pick(flow: FlowKey): Destination | undefined {
    const server = buckets[hash32(flow.destination, BITS)];
    return server?.eligible === true && server.available ? server : undefined;
  }

  rebuild();
  return {
    name: 'dh',
    pick,
    added: rebuild,
    removed: rebuild,
    inspect: () => ({ 'buckets (list index)': bucketText(buckets, destinations) }),
  };
}
