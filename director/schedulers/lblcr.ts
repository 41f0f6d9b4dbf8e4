/** As lblc, but an address has a set of servers: it grows when they have too much to do and shrinks with time. */
import type { Destination } from '../services/destination.ts';
import type { FlowKey, Scheduled, Scheduler, SchedulerEnvironment } from '../services/scheduler.ts';
import { leastLoaded, overhead, productExceeds } from './least-loaded.ts';
import { AddressCache, type CacheEntry, shouldBeRelieved } from './locality.ts';

interface Entry extends CacheEntry {
  /** Newest first. */
  readonly servers: Destination[];
  lastChangeMs: number;
}

export function localityLeastConnectionsReplicated(
  { destinations }: Scheduled,
  { settings }: SchedulerEnvironment,
): Scheduler {
  const expirationMs = () => settings.lblcr_expiration * 1000;
  const cache = new AddressCache<Entry>(expirationMs, (entry) => {
    for (const server of entry.servers) server.cacheEntries--;
  });

  function pick({ destination: address }: FlowKey, nowMs: number): Destination | undefined {
    const known = cache.get(address, nowMs);
    if (known !== undefined) {
      known.lastUseMs = nowMs;
      const server = leastLoadedOf(known.servers);
      if (known.servers.length > 1 && nowMs > known.lastChangeMs + expirationMs()) shrink(known, nowMs);
      if (server !== undefined && !shouldBeRelieved(server, destinations)) return server;
    }
    const server = leastLoaded(destinations, overhead);
    if (server === undefined) return undefined;
    if (known === undefined) {
      if (cache.set(address, { servers: [server], lastUseMs: nowMs, lastChangeMs: nowMs })) {
        server.cacheEntries++;
      }
    } else if (!known.servers.includes(server)) {
      known.servers.unshift(server);
      known.lastChangeMs = nowMs;
      server.cacheEntries++;
    }
    return server;
  }

  return {
    name: 'lblcr',
    pick,
    retired: () => cache.clear(),
    image: () =>
      cache.image(({ servers, lastUseMs, lastChangeMs }) => [
        lastUseMs,
        lastChangeMs,
        ...servers.map(({ id }) => id),
      ]),
    restore(image, serverOf) {
      cache.restore(image, (numbers) => {
        const [lastUseMs, lastChangeMs, ...ids] = numbers as [number, number, ...number[]];
        const servers = ids.map(serverOf).filter((server) => server !== undefined);
        for (const server of servers) server.cacheEntries++;
        return { servers, lastUseMs, lastChangeMs };
      });
    },
    inspect: () => ({ 'addresses remembered': cache.size }),
  };
}

function shrink(entry: Entry, nowMs: number): void {
  const server = mostLoadedOf(entry.servers);
  if (server === undefined) return;
  entry.servers.splice(entry.servers.indexOf(server), 1);
  entry.lastChangeMs = nowMs;
  server.cacheEntries--;
}

function leastLoadedOf(servers: readonly Destination[]): Destination | undefined {
  let best: Destination | undefined;
  for (let i = 0; i < servers.length; i++) {
    const candidate = servers[i] as Destination;
    if (!candidate.eligible || !candidate.available) continue;
    if (
      best === undefined ||
      productExceeds(overhead(best), candidate.weight, overhead(candidate), best.weight)
    ) {
      best = candidate;
    }
  }
  return best;
}

/** Deleted and overloaded servers are looked at too: they are the ones to get rid of. */
function mostLoadedOf(servers: readonly Destination[]): Destination | undefined {
  let most: Destination | undefined;
  for (let i = 0; i < servers.length; i++) {
    const candidate = servers[i] as Destination;
    if (candidate.weight <= 0) continue;
    if (
      most === undefined ||
      productExceeds(overhead(candidate), most.weight, overhead(most), candidate.weight)
    ) {
      most = candidate;
    }
  }
  return most;
}
