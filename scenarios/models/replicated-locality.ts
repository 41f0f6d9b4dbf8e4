/**
 * Locality-based least connections with replication, over time: the set of an address gains the servers that help out, and
 * after long enough without change loses the most loaded one.
 */
import { type ModelRequest, type ModelServer, overhead } from './choice.ts';
import { isToBeRelieved } from './lblc.ts';
import type { Scheduling, Servers } from './scheduling.ts';
import { leastLoadedForItsWeight } from './wlc.ts';

interface ServerSet {
  /** Who joined last comes first. */
  names: readonly string[];
  changedS: number;
}

export class ReplicatedLocality implements Scheduling {
  readonly #expirationS: number;
  readonly #sets = new Map<string, ServerSet>();

  constructor(expirationS: number) {
    this.#expirationS = expirationS;
  }

  choose({ listed, deleted }: Servers, { destination }: ModelRequest, atS: number): string | undefined {
    const set = this.#sets.get(destination);
    const own = set && leastLoadedForItsWeight(membersOf(set, listed));
    if (set !== undefined && set.names.length > 1 && atS - set.changedS > this.#expirationS) {
      const most = mostLoaded(membersOf(set, [...listed, ...deleted]));
      if (most !== undefined) leave(set, most.name, atS);
    }
    if (own !== undefined && !isToBeRelieved(own, listed)) return own.name;
    const helper = leastLoadedForItsWeight(listed)?.name;
    if (helper === undefined) return undefined;
    if (set === undefined) this.#sets.set(destination, { names: [helper], changedS: atS });
    else if (!set.names.includes(helper)) {
      Object.assign(set, { names: [helper, ...set.names], changedS: atS });
    }
    return helper;
  }
}

function membersOf({ names }: ServerSet, servers: readonly ModelServer[]): ModelServer[] {
  return names.flatMap((name) => servers.filter((one) => one.name === name));
}

/** Deleted and full ones count: they are the ones to get rid of. */
function mostLoaded(servers: readonly ModelServer[]): ModelServer | undefined {
  const costs = new Map(
    servers.filter(({ weight }) => weight > 0).map((one) => [one, overhead(one) / one.weight]),
  );
  const most = Math.max(...costs.values());
  return [...costs.keys()].find((one) => costs.get(one) === most);
}

function leave(set: ServerSet, name: string, atS: number): void {
  Object.assign(set, { names: set.names.filter((one) => one !== name), changedS: atS });
}
