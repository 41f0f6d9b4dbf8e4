import { describe, expect, test } from 'vitest';
import type { Mode } from '../../lab/index.ts';
import { packetTopology } from '../../lab/topologies/packet-topology.ts';

const TO_CLIENTS = { to: '198.18.0.0/15', via: '10.0.1.2' };

describe.each<[Mode, string]>([
  ['nat', 'director'],
  ['dr', 'router'],
  ['tun', 'router'],
])('the %s network of packet cases', (mode, nextToClients) => {
  const { hosts, switches } = packetTopology(mode);

  test('has no third tier', () => {
    expect(hosts.map(({ role }) => role)).not.toContain('store');
    expect(switches.map(({ name }) => name)).not.toContain('storage');
    const servers = hosts.filter(({ role }) => role === 'server');
    expect(servers.map(({ interfaces }) => interfaces.length)).toEqual([1, 1, 1]);
  });

  test(`leads to every client through the client, which the ${nextToClients} alone has to know`, () => {
    const told = hosts.filter(({ routes }) => routes.some(({ to }) => to === TO_CLIENTS.to));
    expect(told.map(({ name }) => name)).toEqual([nextToClients]);
    expect(told[0]?.routes).toContainEqual(TO_CLIENTS);
  });
});
