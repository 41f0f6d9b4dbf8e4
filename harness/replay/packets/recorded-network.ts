/** The network that all packets were recorded in, as the director sees it. */
import { ipv4, mac, type NetworkSnapshot } from '../../../director/index.ts';

import { CLIENT_PORT, SERVER_PORT } from '../network.ts';
import { RecordingError } from '../recording.ts';
import type { Side, StationMacs } from './packet-case.ts';

export const RECORDED_PORTS: Readonly<Record<Side, number>> = { dc: CLIENT_PORT, dr: SERVER_PORT };

const OWN_ADDRESSES = ['10.0.1.1', '10.0.2.1'];
const SERVER_NETWORKS = ['10.0.2.', '10.0.3.'];

/** Who answers ARP. Crafted clients and routers all sit at the far end of their link. */
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

/** True for addresses of real servers, which is where tunnels end. */
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
  vips: ['10.99.0.1', '10.99.0.2'],
  ipForward: true,
  fragmentTimeoutMs: 30_000,
};

/** The director machine's own addresses. */
export function localAddresses({ vips }: RecordedNetworkOptions): string[] {
  return [...OWN_ADDRESSES, ...vips];
}

export function recordedNetwork(options: RecordedNetworkOptions, macs: StationMacs): NetworkSnapshot {
  return {
    ports: [
      {
        index: CLIENT_PORT,
        name: 'dc',
        mac: mac(macs.dc),
        mtuBytes: options.clientMtuBytes,
        addresses: [{ address: ipv4('10.0.1.1'), prefixLength: 24 }],
      },
      {
        index: SERVER_PORT,
        name: 'dr',
        mac: mac(macs.dr),
        mtuBytes: options.serverMtuBytes,
        addresses: [{ address: ipv4('10.0.2.1'), prefixLength: 24 }],
      },
    ],
    localAddresses: localAddresses(options).map(ipv4),
    routes: [
      { network: ipv4('10.0.1.0'), prefixLength: 24, port: CLIENT_PORT, metric: 0 },
      { network: ipv4('10.0.2.0'), prefixLength: 24, port: SERVER_PORT, metric: 0 },
      {
        network: ipv4('10.0.3.0'),
        prefixLength: 24,
        port: SERVER_PORT,
        gateway: ipv4('10.0.2.253'),
        metric: 0,
      },
      {
        network: ipv4('0.0.0.0'),
        prefixLength: 0,
        port: CLIENT_PORT,
        gateway: ipv4('10.0.1.2'),
        metric: 0,
      },
    ],
    ipForward: options.ipForward,
    fragmentTimeoutMs: options.fragmentTimeoutMs,
  };
}

/** What a command of the recording makes of the network. @throws RecordingError if it is none that is known. */
export function networkAfter(command: string, network: RecordedNetworkOptions): RecordedNetworkOptions {
  const [, side, mtu] = /^ip link set (dc|dr) mtu (\d+)$/.exec(command) ?? [];
  if (mtu !== undefined)
    return { ...network, [side === 'dc' ? 'clientMtuBytes' : 'serverMtuBytes']: Number(mtu) };
  const [, change, vip] = /^ip addr (add|del) (\S+)\/32 dev lo$/.exec(command) ?? [];
  if (vip === undefined) throw new RecordingError(`no idea how to do "${command}"`);
  const others = network.vips.filter((known) => known !== vip);
  return { ...network, vips: change === 'del' ? others : [...others, vip] };
}
