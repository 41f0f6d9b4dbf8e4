import type { NetworkSnapshot } from '../../director/network/snapshot.ts';
import { ipv4, mac } from '../../director/wire/addresses.ts';
import index from '../golden/packets/index.json' with { type: 'json' };

export const CLIENT_PORT = 1;
export const SERVER_PORT = 2;

/** Ports by the names that the recordings give them. */
export const RECORDED_PORTS: Readonly<Record<string, number>> = { dc: CLIENT_PORT, dr: SERVER_PORT };

/** Who answers ARP. Crafted clients and routers all sit at the far end of their link. */
export const RECORDED_STATIONS: ReadonlyMap<string, Uint8Array> = new Map([
  ['10.0.1.2', mac(index.macs.c0)],
  ['10.0.1.9', mac(index.macs.c0)],
  ['10.0.1.254', mac(index.macs.c0)],
  ['10.0.2.11', mac(index.macs.rs1)],
  ['10.0.2.12', mac(index.macs.rs2)],
  ['10.0.2.253', mac(index.macs.t0)],
]);

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

/** The director's own view of the network that everything was recorded in. */
export function recordedNetwork(options: RecordedNetworkOptions): NetworkSnapshot {
  return {
    ports: [
      {
        index: CLIENT_PORT,
        name: 'dc',
        mac: mac(index.macs.dc),
        mtuBytes: options.clientMtuBytes,
        addresses: [{ address: ipv4('10.0.1.1'), prefixLength: 24 }],
      },
      {
        index: SERVER_PORT,
        name: 'dr',
        mac: mac(index.macs.dr),
        mtuBytes: options.serverMtuBytes,
        addresses: [{ address: ipv4('10.0.2.1'), prefixLength: 24 }],
      },
    ],
    localAddresses: ['10.0.1.1', '10.0.2.1', ...options.vips].map(ipv4),
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
