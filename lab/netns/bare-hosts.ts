import type { Host, Topology } from '../topology.ts';

/**
 * The same topology, but only the hosts named have an IP stack of the kernel's: the others have their links, up, and no
 * address, so that the kernel answers nothing there, not even ARP. What they are to say is sent by packet sockets.
 */
export function withBareHosts(topology: Topology, keepStack: readonly string[]): Topology {
  const hosts = topology.hosts.map((host) => (keepStack.includes(host.name) ? host : bare(host)));
  return { ...topology, hosts };
}

function bare({ decapsulates, ...host }: Host): Host {
  const interfaces = host.interfaces.map((own) => ({ ...own, addresses: [] }));
  const ipv6Off = Object.entries(host.sysctls).filter(([name]) => name.startsWith('net.ipv6.'));
  return { ...host, interfaces, loopback: [], routes: [], sysctls: Object.fromEntries(ipv6Off) };
}
