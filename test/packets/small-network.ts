/**
 * The network of the tests in memory: one client behind a router-less link, three real servers behind another, one of
 * which nobody answers for.
 */
import type { NetworkSnapshot } from '../../director/network/snapshot.ts';
import { ipv4, mac } from '../../director/wire/addresses.ts';
import { MemoryDirector } from '../../harness/replay/memory-director.ts';

export const CLIENT_SIDE = 3;
export const SERVER_SIDE = 4;
export const CIP = '10.0.1.9';
export const VIP = '10.99.0.1';
export const RIP1 = '10.0.2.11';
export const RIP2 = '10.0.2.12';
/** A real server that does not answer ARP. */
export const SILENT_RIP = '10.0.2.66';
/** A real server that no route leads to. */
export const UNROUTED_RIP = '172.16.0.1';
export const DIRECTOR = { client: '10.0.1.1', server: '10.0.2.1' } as const;
export const MAC = {
  client: '02:00:00:00:01:09',
  directorClient: '02:00:00:00:01:01',
  directorServer: '02:00:00:00:02:01',
  server1: '02:00:00:00:02:11',
  server2: '02:00:00:00:02:12',
} as const;

const STATIONS = new Map<string, Uint8Array>([
  [CIP, mac(MAC.client)],
  [RIP1, mac(MAC.server1)],
  [RIP2, mac(MAC.server2)],
]);

export function smallNetwork(changes: Partial<NetworkSnapshot> = {}, serverMtuBytes = 1500): NetworkSnapshot {
  return {
    ports: [
      {
        index: CLIENT_SIDE,
        name: 'client-side',
        mac: mac(MAC.directorClient),
        mtuBytes: 1500,
        addresses: [{ address: ipv4(DIRECTOR.client), prefixLength: 24 }],
      },
      {
        index: SERVER_SIDE,
        name: 'server-side',
        mac: mac(MAC.directorServer),
        mtuBytes: serverMtuBytes,
        addresses: [{ address: ipv4(DIRECTOR.server), prefixLength: 24 }],
      },
    ],
    localAddresses: [DIRECTOR.client, DIRECTOR.server, VIP].map(ipv4),
    routes: [
      { network: ipv4('10.0.1.0'), prefixLength: 24, port: CLIENT_SIDE, metric: 0 },
      { network: ipv4('10.0.2.0'), prefixLength: 24, port: SERVER_SIDE, metric: 0 },
    ],
    ipForward: true,
    ...changes,
  };
}

export function smallDirector(rules: readonly string[], network = smallNetwork()): MemoryDirector {
  const director = new MemoryDirector(network, STATIONS);
  director.rules(...rules);
  return director;
}
