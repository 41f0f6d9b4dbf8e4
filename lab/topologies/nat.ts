import type { Topology } from '../topology.ts';
import {
  defaultVia,
  host,
  plug,
  realServers,
  ripsOf,
  STORAGE_SWITCH,
  store,
  type TopologyOptions,
} from './parts.ts';

/** The director is the servers' gateway: requests and replies both pass it. */
export function nat({ servers: count }: TopologyOptions): Topology {
  const vip = '10.0.1.100';
  const servers = realServers(count, { network: '10.0.2', gateway: '10.0.2.1' });
  return {
    name: 'nat',
    title: 'NAT: requests and replies pass the director',
    vip,
    cip: '10.0.1.2',
    dip: '10.0.2.1',
    realServers: ripsOf(servers),
    switches: [
      { name: 'clients', label: 'clients', subnet: '10.0.1.0/24' },
      { name: 'servers', label: 'servers', subnet: '10.0.2.0/24' },
      STORAGE_SWITCH,
    ],
    hosts: [
      host({
        name: 'client',
        role: 'client',
        interfaces: [plug('eth0', 'clients', '10.0.1.2/24')],
        routes: defaultVia('10.0.1.1'),
      }),
      host({
        name: 'director',
        role: 'director',
        interfaces: [
          plug('eth0', 'clients', '10.0.1.1/24', `${vip}/32`),
          plug('eth1', 'servers', '10.0.2.1/24'),
        ],
        sysctls: { 'net.ipv4.ip_forward': 1 },
      }),
      ...servers,
      store(),
    ],
  };
}
