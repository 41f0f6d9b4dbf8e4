import type { Topology } from '../topology.ts';
import {
  CLIENT_ADDRESS,
  CLIENT_GATEWAY,
  CLIENTS_SWITCH,
  client,
  defaultVia,
  host,
  plug,
  realServers,
  ripsOf,
  STORAGE_SWITCH,
  store,
  type TopologyOptions,
} from './parts.ts';

/** Router, director and servers share one segment; the servers hold the VIP and reply through the router. */
export function dr({ servers: count }: TopologyOptions): Topology {
  const vip = '10.0.2.100';
  const gateway = '10.0.2.254';
  const servers = realServers(count, { network: '10.0.2', gateway, silentVip: vip });
  return {
    name: 'dr',
    title: 'Direct routing: replies go past the director',
    vip,
    cip: CLIENT_ADDRESS,
    dip: '10.0.2.1',
    realServers: ripsOf(servers),
    switches: [CLIENTS_SWITCH, { name: 'servers', label: 'servers', subnet: '10.0.2.0/24' }, STORAGE_SWITCH],
    hosts: [
      client(),
      host({
        name: 'router',
        role: 'router',
        interfaces: [
          plug('eth0', CLIENTS_SWITCH.name, `${CLIENT_GATEWAY}/24`),
          plug('eth1', 'servers', `${gateway}/24`),
        ],
        sysctls: { 'net.ipv4.ip_forward': 1 },
      }),
      host({
        name: 'director',
        role: 'director',
        interfaces: [plug('eth0', 'servers', '10.0.2.1/24', `${vip}/32`)],
        routes: defaultVia(gateway),
      }),
      ...servers,
      store(),
    ],
  };
}
