/** The networks of live runs: those of the modes, with many clients, and with addresses that a firewall mark leads to. */
import { FAULTS, type Host, type Topology, topologies } from '../../lab/index.ts';
import { MODES, type Mode } from '../../lab/modes.ts';

/** Clients' addresses, all of them on the client's host. */
export const CLIENTS_PREFIX = '10.88.0.0/16';
/** Addresses that a firewall mark leads to a service. */
export const MARKED_PREFIX = '10.77.0.0/16';

/** An address on `lo` makes all of its prefix the host's own. */
const ON_CLIENT = '10.88.0.1/16';
const ON_SERVER = '10.77.0.1/16';

/**
 * A mode's topology whose client owns all clients' addresses, and whose servers all that are marked.
 *
 * @param broken Name of a mistake that is made on purpose (`FAULTS`).
 */
export function liveTopology(mode: Mode, servers: number, broken?: string): Topology {
  const topology = topologies[mode]({ servers });
  const right = { ...topology, hosts: topology.hosts.map((host) => withPrefixes(host, topology)) };
  return broken === undefined ? right : (FAULTS[broken]?.inject(right) ?? right);
}

function withPrefixes(host: Host, { name: mode, cip, dip }: Topology): Host {
  const toClients = { to: CLIENTS_PREFIX, via: cip };
  switch (host.role) {
    case 'client':
      return { ...host, loopback: [...host.loopback, ON_CLIENT] };
    case 'router':
      return { ...host, routes: [...host.routes, toClients, { to: MARKED_PREFIX, via: dip }] };
    case 'director':
      // In NAT it is the clients' neighbour itself; elsewhere its default route leads to their router.
      return MODES[mode].repliesPassDirector ? { ...host, routes: [...host.routes, toClients] } : host;
    case 'server':
      return MODES[mode].rewritesAddresses ? host : { ...host, loopback: [...host.loopback, ON_SERVER] };
    case 'store':
      return host;
  }
}
