/** The network that the packets were recorded in, as the director sees it. Some steps change it. */
import { ipv4, mac, type Port } from '../../../director/index.ts';
import type { RoutedNetwork, RouteEntry } from '../../../lab/memory/route-table.ts';
import { CLIENT_PORT, NETWORK, OWN_ADDRESSES, SERVER_PORT, VIPS } from '../network.ts';
import { RecordingError } from '../recording.ts';
import type { Side, StationMacs } from './packet-case.ts';

export const RECORDED_PORTS: Readonly<Record<Side, number>> = { dc: CLIENT_PORT, dr: SERVER_PORT };

const SERVER_NETWORKS = ['10.0.2.', '10.0.3.'];
const THIRD_SERVER_ROUTE: RouteEntry = {
  network: ipv4('10.0.3.0'),
  prefixLength: 24,
  port: SERVER_PORT,
  gateway: ipv4('10.0.2.253'),
  metric: 0,
};

/** MAC addresses of the stations that answer ARP. Crafted clients and routers are all at the far end of their link. */
export function recordedNeighbours({ c0, rs1, rs2, t0 }: StationMacs): ReadonlyMap<string, string> {
  return new Map([
    ['10.0.1.2', c0],
    ['10.0.1.9', c0],
    ['10.0.1.254', c0],
    ['10.0.2.11', rs1],
    ['10.0.2.12', rs2],
    ['10.0.2.253', t0],
  ]);
}

/** True for addresses of real servers, where tunnels end. */
export function isServer(address: string): boolean {
  return SERVER_NETWORKS.some((network) => address.startsWith(network));
}

export interface RecordedNetworkOptions {
  readonly clientMtuBytes: number;
  readonly serverMtuBytes: number;
  readonly vips: readonly string[];
  readonly ipForward: boolean;
  /** net.ipv4.ipfrag_time */
  readonly fragmentTimeoutMs: number;
}

export const RECORDED_DEFAULTS: RecordedNetworkOptions = {
  clientMtuBytes: 1500,
  serverMtuBytes: 1500,
  vips: VIPS,
  ipForward: true,
  fragmentTimeoutMs: 30_000,
};

/** The own addresses of the director's machine. */
export function localAddresses({ vips }: RecordedNetworkOptions): string[] {
  return [...OWN_ADDRESSES, ...vips];
}

/** The network of the recordings, with the MAC addresses of this one and a third server behind a router. */
export function recordedNetwork(options: RecordedNetworkOptions, macs: StationMacs): RoutedNetwork {
  const [clientSide, serverSide] = NETWORK.ports as [Port, Port];
  return {
    ports: [
      { ...clientSide, mac: mac(macs.dc), mtuBytes: options.clientMtuBytes },
      { ...serverSide, mac: mac(macs.dr), mtuBytes: options.serverMtuBytes },
    ],
    localAddresses: localAddresses(options).map(ipv4),
    routes: [...NETWORK.routes, THIRD_SERVER_ROUTE],
    ipForward: options.ipForward,
    fragmentTimeoutMs: options.fragmentTimeoutMs,
  };
}

/** The network after a command of the recording. @throws RecordingError if the command is unknown. */
export function networkAfter(command: string, network: RecordedNetworkOptions): RecordedNetworkOptions {
  const [, side, mtu] = /^ip link set (dc|dr) mtu (\d+)$/.exec(command) ?? [];
  if (mtu !== undefined)
    return { ...network, [side === 'dc' ? 'clientMtuBytes' : 'serverMtuBytes']: Number(mtu) };
  const [, change, vip] = /^ip addr (add|del) (\S+)\/32 dev lo$/.exec(command) ?? [];
  if (vip === undefined) throw new RecordingError(`no idea how to do "${command}"`);
  const others = network.vips.filter((known) => known !== vip);
  return { ...network, vips: change === 'del' ? others : [...others, vip] };
}
