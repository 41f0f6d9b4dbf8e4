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

/** The servers are a routed hop away: requests reach them inside an IP header DIP→RIP, replies go to the client. */
export function tun({ servers: count }: TopologyOptions): Topology {
  const vip = '10.0.2.100';
  const servers = realServers(count, {
    network: '10.0.3',
    gateway: '10.0.3.254',
    silentVip: vip,
    tunnelled: true,
  });
  return {
    name: 'tun',
    title: 'IP tunnelling: requests travel in an outer IP header, replies go past the director',
    vip,
    cip: CLIENT_ADDRESS,
    dip: '10.0.2.1',
    realServers: ripsOf(servers),
    switches: [
      CLIENTS_SWITCH,
      { name: 'director', label: 'director', subnet: '10.0.2.0/24' },
      { name: 'servers', label: 'servers', subnet: '10.0.3.0/24' },
      STORAGE_SWITCH,
    ],
    hosts: [
      client(),
      host({
        name: 'router',
        role: 'router',
        interfaces: [
          plug('eth0', CLIENTS_SWITCH.name, `${CLIENT_GATEWAY}/24`),
          plug('eth1', 'director', '10.0.2.254/24'),
          plug('eth2', 'servers', '10.0.3.254/24'),
        ],
        sysctls: { 'net.ipv4.ip_forward': 1 },
      }),
      host({
        name: 'director',
        role: 'director',
        interfaces: [plug('eth0', 'director', '10.0.2.1/24', `${vip}/32`)],
        routes: defaultVia('10.0.2.254'),
      }),
      ...servers,
      store(),
    ],
  };
}
