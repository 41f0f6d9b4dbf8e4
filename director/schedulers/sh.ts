/** Source hashing: a client's address (and port) leads to a server. */
import type { Destination } from '../services/destination.ts';
import type { FlowKey, Scheduled, Scheduler } from '../services/scheduler.ts';
import { SERVICE_FLAG } from '../services/virtual-service.ts';
import { bucketText, hash32 } from './hash-buckets.ts';

const FALLBACK = SERVICE_FLAG.sched1;
const WITH_PORT = SERVICE_FLAG.sched2;

const BITS = 8;
const BUCKETS = 1 << BITS;

export function sourceHashing(service: Scheduled): Scheduler {
  const buckets: (Destination | undefined)[] = new Array(BUCKETS).fill(undefined);

  /** Each server in turn gets as many buckets in a row as its weight says, but one even with weight 0. */
  function rebuild(): void {
    const { destinations } = service;
    let index = 0;
    let left = destinations[0]?.weight ?? 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      buckets[bucket] = destinations[index];
      left--;
      if (left > 0) continue;
      index = index + 1 >= destinations.length ? 0 : index + 1;
      left = destinations[index]?.weight ?? 0;
    }
  }

  function pick(flow: FlowKey): Destination | undefined {
    const port = (service.flags & WITH_PORT) !== 0 ? flow.sourcePort : 0;
    const start = hash32(flow.source + port, BITS);
    const first = buckets[start];
    if (first === undefined || first.eligible) return first;
    if ((service.flags & FALLBACK) === 0) return undefined;
    for (let tried = 0; tried < BUCKETS; tried++) {
      // The kernel adds the hash twice: the search goes on at 2 · start, not next to it.
      const round = (tried + start) % BUCKETS;
      const other = buckets[(round + start) % BUCKETS];
      if (other?.eligible) return other;
    }
    return undefined;
  }

  rebuild();
  return {
    name: 'sh',
    pick,
    added: rebuild,
    removed: rebuild,
    edited: rebuild,
    inspect: () => ({ 'buckets (list index)': bucketText(buckets, service.destinations) }),
  };
}
