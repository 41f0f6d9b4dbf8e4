/** The plans that scenarios are made of. */

import { RandomNumbers } from '../../kit/random-numbers.ts';
import type { Open, Plan, PlannedService, Step } from './plan.ts';

const FIRST_CLIENT_PORT = 20_000;
const CLIENT_PORTS = 10_000;
const MOST_BODY_BYTES = 20_000;
/** Fits a packet in every mode. */
const MOST_DATAGRAM_BYTES = 1_000;
/** Clients' addresses are 10.88.0.0/16, virtual addresses behind a mark 10.77.0.0/16. */
const CLIENTS = '10.88';
const MARKED = '10.77';

export interface Workload {
  readonly service: PlannedService;
  readonly connections: number;
  readonly seed: number;
  /** Clients that come, each from an address of its own; as many as connections unless given. */
  readonly clients?: number;
  /** Addresses asked for, where the service is reached by a mark. */
  readonly destinations?: number;
  /**
   * How many later connections a connection outlives, at least and at most: bounded Pareto of shape 1.2, many short ones
   * and a few long ones. `[0, 0]` ends each before the next begins; absent lets all last until the end.
   */
  readonly outlives?: readonly [least: number, most: number];
  /** The server ends each connection first, and the client keeps its own side open for as long as `outlives` says. */
  readonly endedByServer?: boolean;
  readonly samples?: number;
}

/** Connections that come one after the other and last as long as the seed says. */
export function planWorkload(of: Workload): Plan {
  const { service, connections, outlives } = of;
  const opens = opensFor(of);
  const ends = new Map<number, number[]>();
  if (outlives !== undefined) {
    const random = new RandomNumbers(of.seed, 'lifetimes');
    for (let i = 0; i < connections; i++) {
      const lasts =
        outlives[1] === 0 ? 0 : Math.round(random.pareto(Math.max(outlives[0], 0.5), outlives[1], 1.2));
      const after = i + lasts;
      ends.set(after, [...(ends.get(after) ?? []), i]);
    }
  }
  const every = Math.max(1, Math.floor(connections / (of.samples ?? 10)));
  const steps: Step[] = [];
  const open = new Set<number>();
  for (const step of opens) {
    steps.push(step);
    open.add(step.connection);
    for (const connection of ends.get(step.connection) ?? []) {
      steps.push({ do: 'close', connection });
      open.delete(connection);
    }
    if ((step.connection + 1) % every === 0) steps.push({ do: 'sample' });
  }
  // A UDP flow has no end.
  if (service.protocol === 'udp') return { service, steps };
  for (const connection of open) steps.push({ do: 'close', connection });
  return { service, steps };
}

/** The connections of a plan, without an end. @param first Number of the first one. */
export function opensFor(of: Workload, first = 0): Open[] {
  const random = new RandomNumbers(of.seed, `connections from ${first}`);
  return Array.from({ length: of.connections }, (_, i): Open => {
    const client = of.clients === undefined ? random.below(65_000) : random.below(of.clients) * 37;
    return {
      do: 'open',
      connection: first + i,
      client: addressIn(CLIENTS, client),
      // Every connection has a port of its own: it is never a second one from where another came.
      clientPort: FIRST_CLIENT_PORT + ((first + i) % CLIENT_PORTS),
      ...(of.service.reachedBy === 'mark'
        ? { destination: addressIn(MARKED, random.below(of.destinations ?? 1)) }
        : {}),
      // Some connections carry a second request, so that requests and connections are not the same.
      requests: random.below(4) === 0 ? 2 : 1,
      bytes: Math.round(
        random.pareto(100, of.service.protocol === 'udp' ? MOST_DATAGRAM_BYTES : MOST_BODY_BYTES, 1.2),
      ),
      ...(of.endedByServer === true ? { endedByServer: true } : {}),
    };
  });
}

/** The n-th address of a /16, beginning at .0.2. */
function addressIn(prefix: string, n: number): string {
  const low = n + 2;
  return `${prefix}.${(low >>> 8) & 255}.${low & 255}`;
}
