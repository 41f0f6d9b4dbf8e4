import type { Topology } from '../topology.ts';
import {
  CLIENT_ADDRESS,
  CLIENT_GATEWAY,
  CLIENTS_SWITCH,
  client,
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
    cip: CLIENT_ADDRESS,
    dip: '10.0.2.1',
    realServers: ripsOf(servers),
    switches: [CLIENTS_SWITCH, { name: 'servers', label: 'servers', subnet: '10.0.2.0/24' }, STORAGE_SWITCH],
    hosts: [
      client(),
      host({
        name: 'director',
        role: 'director',
        interfaces: [
          plug('eth0', CLIENTS_SWITCH.name, `${CLIENT_GATEWAY}/24`, `${vip}/32`),
          plug('eth1', 'servers', '10.0.2.1/24'),
        ],
        sysctls: { 'net.ipv4.ip_forward': 1 },
      }),
      ...servers,
      store(),
    ],
  };
}
