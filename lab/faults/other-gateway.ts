/** The NAT network with a second way from the servers to the clients, which the servers take. */
import { CLIENTS_SWITCH, defaultVia, host, plug } from '../topologies/parts.ts';
import type { Topology } from '../topology.ts';

const ROUTER_ON_SERVERS_SIDE = '10.0.2.254';
const ROUTER_ON_CLIENTS_SIDE = '10.0.1.254';

export function withoutDirectorAsGateway(topology: Topology): Topology {
  const router = host({
    name: 'router',
    role: 'router',
    interfaces: [
      plug('eth0', CLIENTS_SWITCH.name, `${ROUTER_ON_CLIENTS_SIDE}/24`),
      plug('eth1', 'servers', `${ROUTER_ON_SERVERS_SIDE}/24`),
    ],
    sysctls: { 'net.ipv4.ip_forward': 1 },
  });
  return {
    ...topology,
    hosts: [
      router,
      ...topology.hosts.map((one) =>
        one.role === 'server' ? { ...one, routes: defaultVia(ROUTER_ON_SERVERS_SIDE) } : one,
      ),
    ],
  };
}
