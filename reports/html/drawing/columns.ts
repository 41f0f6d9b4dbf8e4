import type { SessionTopology } from '../../result.ts';
import type { Step } from './steps.ts';

type TopologyHost = SessionTopology['hosts'][number];

/** Real servers drawn; of more, the first ones and those on the path, and one box for the rest. */
const DRAWN_SERVERS = 6;

/** Hosts that a drawing shows. `stands` counts the servers that one box stands for; absent for a host itself. */
export type ShownHost = TopologyHost & { readonly stands?: number };

export function shownHosts({ hosts }: SessionTopology, steps: readonly Step[]): ShownHost[] {
  const servers = hosts.filter(({ role }) => role === 'server');
  if (servers.length <= DRAWN_SERVERS) return [...hosts];
  const onPath = new Set(steps.flatMap(({ from, to }) => [from?.host, to?.host]));
  const kept = new Set(servers.filter(({ name }) => onPath.has(name)));
  for (const server of servers) {
    if (kept.size >= DRAWN_SERVERS) break;
    kept.add(server);
  }
  const left = servers.filter((server) => !kept.has(server));
  const [first] = left;
  if (first === undefined) return [...hosts];
  const rest: ShownHost = {
    name: `+ ${left.length} more`,
    role: 'server',
    loopback: [],
    interfaces: first.interfaces.map((item) => ({ ...item, addresses: [] })),
    stands: left.length,
  };
  return [...hosts.filter((host) => host.role !== 'server' || kept.has(host)), rest];
}

/** Which column a host stands in, counted from the client, and the gap (right of column n) in which a segment runs. */
export interface Columns {
  readonly hosts: readonly (readonly ShownHost[])[];
  readonly gapOf: ReadonlyMap<string, number>;
}

/** From left to right in a column of several roles. */
const ROLE_ORDER = ['client', 'router', 'director', 'server', 'store'];

/**
 * Sorts hosts into columns by how many segments they are away from the client, so that every segment has all its
 * hosts in the columns left and right of it.
 */
export function columnsFromClient(hosts: readonly ShownHost[]): Columns {
  const columnOf = new Map<ShownHost, number>();
  const gapOf = new Map<string, number>();
  const isOn = (host: ShownHost, segment: string) => host.interfaces.some((item) => item.switch === segment);

  const clients = hosts.filter(({ role }) => role === 'client');
  let current: readonly ShownHost[] = clients.length > 0 ? clients : hosts.slice(0, 1);
  for (let column = 0; current.length > 0; column++) {
    for (const host of current) columnOf.set(host, column);
    const segments = new Set(current.flatMap(({ interfaces }) => interfaces.map((item) => item.switch)));
    const fresh = [...segments].filter((segment) => !gapOf.has(segment));
    for (const segment of fresh) gapOf.set(segment, column);
    const waiting = hosts.filter((host) => !columnOf.has(host));
    const reached = waiting.filter((host) => fresh.some((segment) => isOn(host, segment)));
    current = reached.length > 0 ? reached : waiting.slice(0, 1);
  }

  const order = (host: ShownHost) => [
    firstSegment(host, gapOf, columnOf.get(host)! - 1),
    ROLE_ORDER.indexOf(host.role),
    host.stands === undefined ? 0 : 1,
    hosts.indexOf(host),
  ];
  const count = Math.max(-1, ...columnOf.values()) + 1;
  return {
    hosts: Array.from({ length: count }, (_, column) =>
      hosts.filter((host) => columnOf.get(host) === column).sort((a, b) => compare(order(a), order(b))),
    ),
    gapOf,
  };
}

/** Rank of the first segment in a gap that a host is on. */
function firstSegment(host: ShownHost, gapOf: ReadonlyMap<string, number>, gap: number): number {
  const ranks = [...gapOf.keys()];
  return Math.min(
    ranks.length,
    ...host.interfaces
      .filter((item) => gapOf.get(item.switch) === gap)
      .map((item) => ranks.indexOf(item.switch)),
  );
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}
