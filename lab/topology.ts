/**
 * What a network is made of, as pure data: no namespace exists and nothing runs because of it.
 * A driver (see `lab/netns/`) turns a topology into a running lab.
 */
import type { Mode } from './modes.ts';

/** What a host is for. The client loads the VIP, the director balances, the servers answer, the store keeps state. */
export type Role = 'client' | 'router' | 'director' | 'server' | 'store';

/** One end of a link: an interface of a host, plugged into a switch. */
export interface Interface {
  /** Interface name inside the host, for example `eth0`. */
  readonly name: string;
  /** The switch it is plugged into. */
  readonly switch: string;
  /** Fixed MAC address, so that captures of two runs can be compared. */
  readonly mac: string;
  /** Addresses with prefix length, primary first, for example `10.0.1.2/24`. */
  readonly addresses: readonly string[];
  /** Largest IP packet in bytes; 1500 if absent. */
  readonly mtu?: number;
  /** Leaves checksum and segmentation offloads as the kernel has them: a mistake, for a lab that shows what it does. */
  readonly offloads?: boolean;
}

export interface Route {
  /** `default` or a prefix such as `10.0.3.0/24`. */
  readonly to: string;
  readonly via: string;
}

export interface Host {
  readonly name: string;
  readonly role: Role;
  readonly interfaces: readonly Interface[];
  /** Addresses on `lo` besides 127.0.0.1: a DR or TUN server holds the VIP here. */
  readonly loopback: readonly string[];
  readonly routes: readonly Route[];
  /** Kernel settings by sysctl name, for example `net.ipv4.ip_forward: 1`. */
  readonly sysctls: Readonly<Record<string, number>>;
  /** Set on a server that must take the outer IP header off what reaches this interface (TUN). */
  readonly decapsulates?: {
    readonly interface: string;
    /** What comes out arrives on a device of this name, as with the kernel’s ipip, instead of on the interface itself. */
    readonly tunnelDevice?: string;
    /** rp_filter of that device; 0 if absent. */
    readonly reversePathFilter?: number;
  };
}

/** A layer-2 segment: one broadcast domain. */
export interface Switch {
  readonly name: string;
  /** What the segment is, in two or three words, for drawings: `clients`, `servers`, `storage`. */
  readonly label: string;
  readonly subnet: string;
}

export interface Topology {
  readonly name: Mode;
  readonly title: string;
  readonly switches: readonly Switch[];
  readonly hosts: readonly Host[];
  /** Virtual IP address of the service. */
  readonly vip: string;
  /** Address of the client. */
  readonly cip: string;
  /** Director's address on the side of the real servers. */
  readonly dip: string;
  /** Real servers in order: host name and address to forward to. */
  readonly realServers: readonly { readonly host: string; readonly rip: string }[];
}

/**
 * The same topology, with the kernel's IP stack only on the hosts named. The links of the others are up but have no
 * address, so the kernel answers nothing there, not even ARP; their packets are sent through packet sockets.
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
