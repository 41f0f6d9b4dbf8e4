/** What a director counted between two moments: its counters run from its start, and one network serves many rounds. */
import type { DirectorSnapshot } from '../../director/index.ts';
import { countersWithout, NOTHING_COUNTED } from '../../scenarios/kit/session/counter-values.ts';

/** The later state, with counters that begin at the earlier one. */
export function countedSince(before: DirectorSnapshot, after: DirectorSnapshot): DirectorSnapshot {
  return {
    ...after,
    totals: countersWithout(after.totals, before.totals),
    services: after.services.map((service) => {
      const known = before.services.find(
        ({ protocol, address }) => protocol === service.protocol && address === service.address,
      );
      return {
        ...service,
        ...countersWithout(service, known ?? NOTHING_COUNTED),
        servers: service.servers.map((server) => ({
          ...server,
          ...countersWithout(
            server,
            known?.servers.find(({ address }) => address === server.address) ?? NOTHING_COUNTED,
          ),
        })),
      };
    }),
  };
}
