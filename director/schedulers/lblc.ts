/** Locality-based least connections: an address stays with its server until that one has too much to do. */
import type { Destination } from '../services/destination.ts';
import type { FlowKey, Scheduled, Scheduler, SchedulerEnvironment } from '../services/scheduler.ts';
import { leastLoaded, overhead } from './least-loaded.ts';
import { AddressCache, type CacheEntry, shouldBeRelieved } from './locality.ts';

interface Entry extends CacheEntry {
  readonly server: Destination;
}

export function localityLeastConnections(
  { destinations }: Scheduled,
  { settings }: SchedulerEnvironment,
): Scheduler {
  const cache = new AddressCache<Entry>(
    () => settings.lblc_expiration * 1000,
    (entry) => entry.server.cacheEntries--,
  );

  function pick({ destination: address }: FlowKey, nowMs: number): Destination | undefined {
    const known = cache.get(address, nowMs);
    if (known !== undefined) {
      known.lastUseMs = nowMs;
      const { server } = known;
      if (server.available && server.weight > 0 && !shouldBeRelieved(server, destinations)) return server;
    }
    const server = leastLoaded(destinations, overhead);
    if (server === undefined || server === known?.server) return server;
    if (cache.set(address, { server, lastUseMs: nowMs })) server.cacheEntries++;
    return server;
  }

  return {
    name: 'lblc',
    pick,
    retired: () => cache.clear(),
    image: () => cache.image(({ server, lastUseMs }) => [server.id, lastUseMs]),
    restore(image, serverOf) {
      cache.restore(image, (numbers) => {
        const [id, lastUseMs] = numbers as [number, number];
        const server = serverOf(id);
        if (server === undefined) return undefined;
        server.cacheEntries++;
        return { server, lastUseMs };
      });
    },
    inspect: () => ({ 'addresses remembered': cache.size }),
  };
}
