/** What a director counted between two moments: its counters run from its start, and one network serves many rounds. */
import type { CounterValues, DirectorSnapshot } from '../../director/index.ts';

const NOTHING: CounterValues = { connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 };

/** The later state, with counters that begin at the earlier one. */
export function countedSince(before: DirectorSnapshot, after: DirectorSnapshot): DirectorSnapshot {
  return {
    ...after,
    totals: less(after.totals, before.totals),
    services: after.services.map((service) => {
      const known = before.services.find(
        ({ protocol, address }) => protocol === service.protocol && address === service.address,
      );
      return {
        ...service,
        ...less(service, known),
        servers: service.servers.map((server) => ({
          ...server,
          ...less(
            server,
            known?.servers.find(({ address }) => address === server.address),
          ),
        })),
      };
    }),
  };
}

function less(after: CounterValues, before: CounterValues = NOTHING): CounterValues {
  return {
    connections: after.connections - before.connections,
    inPackets: after.inPackets - before.inPackets,
    outPackets: after.outPackets - before.outPackets,
    inBytes: after.inBytes - before.inBytes,
    outBytes: after.outBytes - before.outBytes,
  };
}
