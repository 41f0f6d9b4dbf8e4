/** The pieces that all topologies are built of: hosts, addresses, and the kernel settings they share. */
import { LabError } from '../error.ts';
import type { Host, Interface, Switch } from '../topology.ts';

export interface TopologyOptions {
  /** How many real servers, 1 to 200. */
  readonly servers: number;
}

export const DEFAULT_SERVERS = 3;
export const MAX_SERVERS = 200;

/** Last byte of the VIP in every topology; no real server is given it. */
const VIP_BYTE = 100;

export const STORE_ADDRESS = '10.0.9.2';

export const STORAGE_SWITCH: Switch = { name: 'storage', label: 'storage', subnet: '10.0.9.0/24' };

/** `02:00:` and the four bytes of the interface's IPv4 address: locally administered, and readable in a capture. */
function macOf(address: string): string {
  const bytes = address
    .split('/')[0]!
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return ['02', '00', ...bytes].join(':');
}

/** An interface whose MAC follows from its first address. */
export function plug(name: string, into: string, ...addresses: [string, ...string[]]): Interface {
  return { name, switch: into, mac: macOf(addresses[0]), addresses };
}

export function defaultVia(gateway: string) {
  return [{ to: 'default', via: gateway }];
}

/** One IPv4 setting for the host as a whole and for each interface: the kernel combines both, some by OR, some by maximum. */
export function onInterfaces(
  interfaces: readonly Interface[],
  setting: string,
  value: number,
): Record<string, number> {
  const scopes = ['all', 'default', ...interfaces.map(({ name }) => name)];
  return Object.fromEntries(scopes.map((scope) => [`net.ipv4.conf.${scope}.${setting}`, value]));
}

/**
 * A host with the settings every lab host has. A new namespace copies its IPv4 settings from the machine, so each
 * one that matters is said here. IPv6 is off so that captures hold no router or neighbour discovery.
 */
export function host(
  parts: Pick<Host, 'name' | 'role' | 'interfaces'> & Partial<Omit<Host, 'name' | 'role' | 'interfaces'>>,
): Host {
  const { interfaces } = parts;
  return {
    loopback: [],
    routes: [],
    ...parts,
    sysctls: {
      'net.ipv6.conf.all.disable_ipv6': 1,
      'net.ipv6.conf.default.disable_ipv6': 1,
      'net.ipv4.ip_forward': 0,
      ...onInterfaces(interfaces, 'rp_filter', 0),
      ...onInterfaces(interfaces, 'send_redirects', 0),
      ...onInterfaces(interfaces, 'accept_redirects', 0),
      ...onInterfaces(interfaces, 'arp_ignore', 0),
      ...onInterfaces(interfaces, 'arp_announce', 0),
      ...parts.sysctls,
    },
  };
}

export const CLIENTS_SWITCH: Switch = { name: 'clients', label: 'clients', subnet: '10.0.1.0/24' };

export const CLIENT_ADDRESS = '10.0.1.2';
/** What stands between the clients' segment and the rest: the director itself in NAT, a router otherwise. */
export const CLIENT_GATEWAY = '10.0.1.1';

/** Where requests come from. */
export function client(): Host {
  return host({
    name: 'client',
    role: 'client',
    interfaces: [plug('eth0', CLIENTS_SWITCH.name, `${CLIENT_ADDRESS}/24`)],
    routes: defaultVia(CLIENT_GATEWAY),
  });
}

/** The shared state behind the servers: only they reach it. */
export function store(): Host {
  return host({
    name: 'store',
    role: 'store',
    interfaces: [plug('eth0', STORAGE_SWITCH.name, `${STORE_ADDRESS}/24`)],
  });
}

export interface ServerOptions {
  /** First three bytes of the servers' segment, for example `10.0.2`. */
  readonly network: string;
  readonly gateway: string;
  /** A VIP that the servers hold on `lo` and must keep quiet about (DR, TUN). */
  readonly silentVip?: string;
  /** Whether packets reach them inside another IP header (TUN). */
  readonly tunnelled?: boolean;
}

/** Real servers rs1, rs2, … with addresses from `.11` on, leaving out the VIP's `.100`. */
export function realServers(count: number, options: ServerOptions): Host[] {
  if (!Number.isInteger(count) || count < 1 || count > MAX_SERVERS) {
    throw new LabError(
      `${count} real servers asked for: a lab takes a whole number from 1 to ${MAX_SERVERS}.`,
    );
  }
  return Array.from({ length: count }, (_, index) => realServer(index + 1, options));
}

function realServer(number: number, { network, gateway, silentVip, tunnelled }: ServerOptions): Host {
  const byte = 10 + number < VIP_BYTE ? 10 + number : 11 + number;
  const interfaces = [
    plug('eth0', 'servers', `${network}.${byte}/24`),
    plug('eth1', STORAGE_SWITCH.name, `10.0.9.${byte}/24`),
  ];
  return host({
    name: `rs${number}`,
    role: 'server',
    interfaces,
    routes: defaultVia(gateway),
    ...(silentVip !== undefined && {
      loopback: [`${silentVip}/32`],
      // Answer ARP only for addresses of the interface asked on, and never speak of the VIP when asking.
      sysctls: {
        ...onInterfaces(interfaces, 'arp_ignore', 1),
        ...onInterfaces(interfaces, 'arp_announce', 2),
      },
    }),
    ...(tunnelled && { decapsulates: { interface: 'eth0' } }),
  });
}

/** The list that schedulers and rules work on: each server's name and its address on the servers' segment. */
export function ripsOf(servers: readonly Host[]) {
  return servers.map(({ name, interfaces }) => ({
    host: name,
    rip: interfaces[0]!.addresses[0]!.split('/')[0]!,
  }));
}
