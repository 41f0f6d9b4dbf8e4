/**
 * A network with several ways to the same servers, side by side: each lane has a machine of its own where a director would
 * stand, a VIP of its own, and an address of the client that only its packets carry. So what is compared runs at the same
 * time, and one is measured while the others stand idle.
 */

import type { Mode } from '../modes.ts';
import { MODES } from '../modes.ts';
import type { Host, Switch, Topology } from '../topology.ts';
import { type Lane, type LaneWish, laneOf, PLACES } from './lane.ts';
import {
  DIRECT_SWITCH,
  hops,
  laneClient,
  laneMachine,
  laneRouter,
  laneServer,
  machineAddress,
  machineSwitch,
  SINK,
  SINK_BYTES,
} from './lane-hosts.ts';
import { CLIENT_ADDRESS, CLIENT_GATEWAY, CLIENTS_SWITCH, ripsOf } from './parts.ts';

export type { Lane, LaneKind, LaneWish } from './lane.ts';
export { SINK } from './lane-hosts.ts';

export interface LaneNetwork {
  readonly topology: Topology;
  readonly lanes: readonly Lane[];
  /** Addresses of the sink: the real servers of what is only counted. */
  readonly sinks: readonly string[];
  /** Who hands packets to the machines in the director's place: the client, or the router between. */
  readonly lastHop: { readonly host: string; readonly interface: string };
  /** Lines for `ip -batch` once the network is up, by host. */
  readonly setUp: Readonly<Record<string, readonly string[]>>;
}

const FIRST_SERVER = 11;
/** Routing table of what has come back to TUN's router from a forwarder. */
const FORWARDED_TABLE = 7;

export function laneNetwork(mode: Mode, servers: number, wishes: readonly LaneWish[]): LaneNetwork {
  const bytes = Array.from({ length: servers }, (_, i) => FIRST_SERVER + i);
  const ends = [...bytes, ...SINK_BYTES];
  const lanes = wishes.map((wish, i) => laneOf(mode, wish, i, bytes, SINK_BYTES[0]!));
  const realServers = bytes.map((byte, i) => laneServer(mode, `rs${i + 1}`, [byte], lanes));
  const hosts: Host[] = [
    laneClient(mode, lanes),
    ...(MODES[mode].repliesPassDirector ? [] : [laneRouter(mode, lanes)]),
    ...lanes.filter(({ hasMachine }) => hasMachine).map((lane) => laneMachine(mode, lane, ends)),
    ...realServers,
    laneServer(mode, SINK, SINK_BYTES, lanes),
  ];
  return {
    lanes,
    sinks: SINK_BYTES.map((byte) => `${PLACES[mode].servers}.${byte}`),
    lastHop: MODES[mode].repliesPassDirector
      ? { host: 'client', interface: 'eth0' }
      : { host: 'router', interface: 'eth1' },
    setUp: {
      client: lanes.flatMap((lane) => clientRoutes(mode, lane)),
      ...(!MODES[mode].serversOnLink && { router: lanes.flatMap((lane) => onwardRoutes(lane, ends)) }),
    },
    topology: {
      name: mode,
      title: `Several ways to the same servers, ${mode}`,
      vip: lanes[0]?.targets[0] ?? '',
      cip: CLIENT_ADDRESS,
      dip: `10.0.2.1`,
      realServers: ripsOf(realServers),
      switches: switchesOf(mode),
      hosts,
    },
  };
}

/** The interface that a lane's machine sends to the servers from. */
export function wayOut({ topology }: LaneNetwork, { name }: Lane): { host: string; interface: string } {
  const out = topology.hosts.find((host) => host.name === name)?.interfaces.at(-1);
  if (out === undefined) throw new Error(`no machine stands in the lane ${name}`);
  return { host: name, interface: out.name };
}

function switchesOf(mode: Mode): Switch[] {
  return [
    CLIENTS_SWITCH,
    ...(!MODES[mode].serversOnLink
      ? [{ name: machineSwitch(mode), label: 'directors', subnet: '10.0.2.0/24' }]
      : []),
    { name: 'servers', label: 'servers', subnet: `${PLACES[mode].servers}.0/24` },
    ...(MODES[mode].repliesPassDirector ? [DIRECT_SWITCH] : []),
  ];
}

/** What the client sends to a lane's targets carries the lane's own source address. */
function clientRoutes(mode: Mode, lane: Lane): string[] {
  const { kind, source, targets } = lane;
  if (MODES[mode].repliesPassDirector && kind === 'direct') return [];
  const isOnLink = MODES[mode].repliesPassDirector && kind === 'balancer';
  const gateway = MODES[mode].repliesPassDirector ? machineAddress(mode, lane) : CLIENT_GATEWAY;
  const way = isOnLink ? 'dev eth0' : `via ${gateway}`;
  return targets.map((target) => `route add ${target}/32 ${way} src ${source}`);
}

/** TUN's servers are behind the router: what a forwarder sends back to it goes on, and not to the forwarder again. */
function onwardRoutes(lane: Lane, ends: readonly number[]): string[] {
  if (lane.kind !== 'forwarder') return [];
  return [
    `rule add iif eth1 lookup ${FORWARDED_TABLE}`,
    ...hops(lane, ends, PLACES.tun.servers).map(
      ({ to, via }) => `route add ${to} via ${via} table ${FORWARDED_TABLE}`,
    ),
  ];
}
