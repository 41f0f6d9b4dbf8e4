/** Networks with one common misconfiguration: pure data, like the topologies that they are made from. */
import type { Mode } from './modes.ts';
import { CLIENTS_SWITCH, defaultVia, host, onInterfaces, plug } from './topologies/parts.ts';
import type { Host, Topology } from './topology.ts';

export interface NetworkFault {
  readonly mode: Mode;
  /** What is set up wrongly, in a sentence. */
  readonly title: string;
  /** Names under which a diagnosis reports it. */
  readonly diagnosis: string;
  readonly inject: (topology: Topology) => Topology;
}

/** By the name that `--break` takes. */
export const FAULTS: Readonly<Record<string, NetworkFault>> = {
  'nat-gateway': {
    mode: 'nat',
    title: 'The real servers’ gateway is a router, not the director.',
    diagnosis: 'nat-gateway',
    inject: withoutDirectorAsGateway,
  },
  'ip-forward-off': {
    mode: 'nat',
    title: 'The director does not forward: ip_forward is 0.',
    diagnosis: 'ip-forward-off',
    inject: (topology) =>
      changing(topology, 'director', (host) => withSettings(host, { 'net.ipv4.ip_forward': 0 })),
  },
  'dr-arp': {
    mode: 'dr',
    title: 'The real servers answer ARP requests for the VIP.',
    diagnosis: 'vip-announced',
    inject: announcing,
  },
  'dr-vip-missing': {
    mode: 'dr',
    title: 'The real servers do not have the VIP.',
    diagnosis: 'vip-missing',
    inject: (topology) => changing(topology, 'server', (host) => ({ ...host, loopback: [] })),
  },
  'dr-reply-through-director': {
    mode: 'dr',
    title: 'The real servers’ gateway is the director.',
    diagnosis: 'reply-through-director',
    inject: (topology) =>
      changing(topology, 'server', (host) => ({ ...host, routes: [{ to: 'default', via: topology.dip }] })),
  },
  'tun-no-decapsulation': {
    mode: 'tun',
    title: 'The real servers do not take off the outer header.',
    diagnosis: 'tun-no-decapsulation',
    inject: (topology) => changing(topology, 'server', ({ decapsulates: _, ...host }) => host),
  },
  'tun-rp-filter': {
    mode: 'tun',
    title: 'The real servers check the reverse path of what comes out of the tunnel.',
    diagnosis: 'rp-filter',
    inject: (topology) =>
      changing(topology, 'server', (host) => ({
        ...host,
        ...(host.decapsulates && {
          decapsulates: { ...host.decapsulates, tunnelDevice: 'tunl0', reversePathFilter: 1 },
        }),
      })),
  },
  'tun-vip-announced': {
    mode: 'tun',
    title: 'The real servers announce the VIP.',
    diagnosis: 'vip-announced',
    inject: announcing,
  },
  'offloads-on': {
    mode: 'nat',
    title: 'Offloads are left on at the client.',
    diagnosis: 'offloads-on',
    inject: (topology) =>
      changing(topology, 'client', (host) => ({
        ...host,
        interfaces: host.interfaces.map((port) => ({ ...port, offloads: true })),
      })),
  },
};

/** As a host whose owner never heard of arp_ignore and arp_announce. */
function announcing(topology: Topology): Topology {
  return changing(topology, 'server', (host) =>
    withSettings(host, {
      ...onInterfaces(host.interfaces, 'arp_ignore', 0),
      ...onInterfaces(host.interfaces, 'arp_announce', 0),
    }),
  );
}

function changing(topology: Topology, role: Host['role'], change: (host: Host) => Host): Topology {
  return { ...topology, hosts: topology.hosts.map((host) => (host.role === role ? change(host) : host)) };
}

function withSettings(host: Host, settings: Readonly<Record<string, number>>): Host {
  return { ...host, sysctls: { ...host.sysctls, ...settings } };
}

const ROUTER_ON_SERVERS_SIDE = '10.0.2.254';
const ROUTER_ON_CLIENTS_SIDE = '10.0.1.254';

/** The NAT network with a router beside the director, which the servers use as their gateway. */
function withoutDirectorAsGateway(topology: Topology): Topology {
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
