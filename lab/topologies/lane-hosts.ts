/** The hosts of a network of lanes. */

import type { Mode } from '../modes.ts';
import { MODES } from '../modes.ts';
import type { Host, Interface, Route } from '../topology.ts';
import { DIRECT_NETWORK, type Lane, PLACES } from './lane.ts';
import {
  CLIENT_ADDRESS,
  CLIENT_GATEWAY,
  CLIENTS_SWITCH,
  defaultVia,
  host,
  onInterfaces,
  plug,
} from './parts.ts';

/** Takes what is only counted; it stands beside the servers, and nothing runs on it. */
export const SINK = 'sink';
export const SINK_BYTES: readonly number[] = [201, 202, 203];

export const DIRECT_SWITCH = {
  name: 'direct',
  label: 'past the directors',
  subnet: `${DIRECT_NETWORK}.0/24`,
};

/** Where the router stands on the switch of the machines in DR and TUN, and on that of TUN's servers. */
const ROUTER = { machines: '10.0.2.254', servers: '10.0.3.254' };

export function laneClient(mode: Mode, lanes: readonly Lane[]): Host {
  const own: [string, ...string[]] = [`${CLIENT_ADDRESS}/24`, ...lanes.map(({ source }) => `${source}/24`)];
  return host({
    name: 'client',
    role: 'client',
    interfaces: [
      plug('eth0', CLIENTS_SWITCH.name, ...own),
      ...(MODES[mode].repliesPassDirector
        ? [plug('eth1', DIRECT_SWITCH.name, `${DIRECT_NETWORK}.2/24`)]
        : []),
    ],
    routes: defaultVia(CLIENT_GATEWAY),
    // Ports of connections that have ended are needed again soon.
    sysctls: { 'net.ipv4.tcp_tw_reuse': 1 },
  });
}

/** Between the client and the machines, in DR and TUN. */
export function laneRouter(mode: Mode, lanes: readonly Lane[]): Host {
  return host({
    name: 'router',
    role: 'router',
    interfaces: [
      plug('eth0', CLIENTS_SWITCH.name, `${CLIENT_GATEWAY}/24`),
      plug('eth1', machineSwitch(mode), `${ROUTER.machines}/24`),
      ...(!MODES[mode].serversOnLink ? [plug('eth2', 'servers', `${ROUTER.servers}/24`)] : []),
    ],
    routes: lanes
      .filter(({ kind }) => kind === 'forwarder')
      .map((lane) => ({ to: `10.1.${lane.number}.0/24`, via: machineAddress(mode, lane) })),
    sysctls: { 'net.ipv4.ip_forward': 1 },
  });
}

/** What stands in the director's place. @param ends last bytes of the addresses that a forwarder leads to. */
export function laneMachine(mode: Mode, lane: Lane, ends: readonly number[]): Host {
  const { kind, name, number, targets } = lane;
  const own: [string, ...string[]] = [
    `${machineAddress(mode, lane)}/24`,
    ...(kind === 'balancer' ? targets.map((vip) => `${vip}/32`) : []),
  ];
  return host({
    name,
    role: 'director',
    interfaces: [
      plug('eth0', machineSwitch(mode), ...own),
      ...(MODES[mode].repliesPassDirector ? [plug('eth1', 'servers', `10.0.2.${1 + number}/24`)] : []),
    ],
    routes: [
      ...(MODES[mode].repliesPassDirector ? [] : defaultVia(ROUTER.machines)),
      ...(kind === 'forwarder' && MODES[mode].serversOnLink ? hops(lane, ends, PLACES[mode].servers) : []),
    ],
    sysctls: { 'net.ipv4.ip_forward': kind === 'forwarder' || MODES[mode].repliesPassDirector ? 1 : 0 },
  });
}

/** From a forwarder's addresses to where they are. */
export function hops({ number }: Lane, ends: readonly number[], network: string): Route[] {
  return ends.map((byte) => ({ to: `10.1.${number}.${byte}/32`, via: `${network}.${byte}` }));
}

/** A server, or with several bytes the sink. */
export function laneServer(mode: Mode, name: string, bytes: readonly number[], lanes: readonly Lane[]): Host {
  const { servers, gateway } = PLACES[mode];
  const own = bytes.map((byte) => `${servers}.${byte}/24`) as [string, ...string[]];
  const interfaces: Interface[] = [
    plug('eth0', 'servers', ...own),
    ...(MODES[mode].repliesPassDirector
      ? [plug('eth1', DIRECT_SWITCH.name, `${DIRECT_NETWORK}.${bytes[0]}/24`)]
      : []),
  ];
  const vips = MODES[mode].rewritesAddresses
    ? []
    : lanes.flatMap((lane) => (lane.kind === 'balancer' ? lane.targets : []));
  const forwarded = lanes.flatMap(({ kind, number }) =>
    kind === 'forwarder' ? bytes.map((byte) => `10.1.${number}.${byte}`) : [],
  );
  return host({
    name,
    role: 'server',
    interfaces,
    loopback: [...vips, ...forwarded].map((address) => `${address}/32`),
    routes: [
      ...defaultVia(gateway),
      ...(MODES[mode].repliesPassDirector
        ? lanes.filter(({ hasMachine }) => hasMachine).map(backThrough)
        : []),
    ],
    sysctls: { ...onInterfaces(interfaces, 'arp_ignore', 1), ...onInterfaces(interfaces, 'arp_announce', 2) },
    ...(MODES[mode].encapsulates && name !== SINK && { decapsulates: { interface: 'eth0' } }),
  });
}

/** NAT: replies go back through the machine that the request came through. */
function backThrough({ source, number }: Lane): Route {
  return { to: `${source}/32`, via: `10.0.2.${1 + number}` };
}

/** A machine's address towards the client. In NAT the first one is the client's gateway, and `.2` is the client. */
export function machineAddress(mode: Mode, { number }: Lane): string {
  const byte = MODES[mode].repliesPassDirector && number > 0 ? 2 + number : 1 + number;
  return `${PLACES[mode].machines}.${byte}`;
}

export function machineSwitch(mode: Mode): string {
  if (MODES[mode].repliesPassDirector) return CLIENTS_SWITCH.name;
  return MODES[mode].serversOnLink ? 'servers' : 'directors';
}
