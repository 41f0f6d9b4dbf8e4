import type { SessionTopology } from '../../result.ts';
import type { Step } from './steps.ts';

export type TopologyHost = SessionTopology['hosts'][number];

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
