import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipv4, mac, type Port, prefixMask } from '../../../director/index.ts';
import { type RouteEntry, RouteTable, UNCONNECTED } from '../../../lab/memory/route-table.ts';

const PORTS: readonly Port[] = [1, 2].map((index) => ({
  index,
  name: `port${index}`,
  mac: mac(`02:00:00:00:00:0${index}`),
  linkHeaderBytes: 14,
  mtuBytes: 1500,
  addresses: [],
}));

function to(prefix: string, more: Partial<RouteEntry> & ({ port: number } | { none: 'prohibited' })) {
  const [network = '', length] = prefix.split('/');
  return { network: ipv4(network), prefixLength: Number(length), metric: 0, ...more } as RouteEntry;
}

const OWN = ['10.9.9.9', '10.9.9.8'].map(ipv4);

function tableOf(routes: readonly RouteEntry[], nowMs = () => 0): RouteTable {
  const table = new RouteTable(nowMs);
  table.replace({ ...UNCONNECTED, ports: PORTS, routes, localAddresses: OWN });
  return table;
}

function portOf(table: RouteTable, destination: string, source = 0): number | string {
  const found = table.find(ipv4(destination), source, 0);
  return typeof found === 'string' ? found : found.port;
}

test('there is no way where no route leads, or only through a port that is gone', () => {
  const table = tableOf([to('10.0.2.0/24', { port: 2 }), to('10.0.3.0/24', { port: 9 })]);
  expect(portOf(table, '10.0.2.1')).toBe(2);
  expect(portOf(table, '192.0.2.1')).toBe('network unreachable');
  expect(portOf(table, '10.0.3.1')).toBe('network unreachable');
});

test('agrees with a search of every route for the longest prefix and then the lowest metric, whatever their order', () => {
  const entry = fc.record({
    network: fc.integer(),
    prefixLength: fc.integer({ min: 0, max: 32 }),
    port: fc.constantFrom(1, 2),
    metric: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), fc.integer(), (entries, address) => {
      const matching = entries.filter(
        ({ network, prefixLength }) => ((network ^ address) & prefixMask(prefixLength)) === 0,
      );
      const best = Math.max(...matching.map(({ prefixLength }) => prefixLength));
      const longest = matching.filter(({ prefixLength }) => prefixLength === best);
      const metric = Math.min(...longest.map((one) => one.metric));
      const ports = longest.filter((one) => one.metric === metric).map((one) => one.port);
      const found = tableOf(entries as RouteEntry[]).find(address, 0, 0);
      if (ports.length === 0) expect(found).toBe('network unreachable');
      else expect(ports).toContain(typeof found === 'string' ? found : found.port);
    }),
  );
});

test('a route for one source is before all others, for that source alone', () => {
  const table = tableOf([
    to('10.0.2.0/24', { port: 1 }),
    to('0.0.0.0/0', { port: 2, from: ipv4('10.9.9.9') }),
    to('10.0.3.0/24', { none: 'prohibited' }),
  ]);
  expect(portOf(table, '10.0.2.1')).toBe(1);
  expect(portOf(table, '10.0.2.1', ipv4('10.9.9.9'))).toBe(2);
  expect(portOf(table, '10.0.3.1')).toBe('prohibited');
  expect(portOf(table, '10.0.3.1', ipv4('10.9.9.8'))).toBe('prohibited');
});

test('what was learned for a time says how long it still holds, and is gone then', () => {
  let nowMs = 100;
  const table = tableOf(
    [to('10.0.2.0/24', { port: 1 }), to('10.0.2.1/32', { port: 2, untilMs: 600 })],
    () => nowMs,
  );
  expect(table.find(ipv4('10.0.2.1'), 0, 0)).toMatchObject({ port: 2, expiresInMs: 500 });
  nowMs = 600;
  expect(portOf(table, '10.0.2.1')).toBe(1);
});

test('from an address that is not the machine’s there is a way for packets alone that came in', () => {
  const table = tableOf([to('10.0.2.0/24', { port: 1 })]);
  expect(table.find(ipv4('10.0.2.1'), ipv4('192.0.2.1'), 0)).toBe('blackhole');
  expect(table.find(ipv4('10.0.2.1'), ipv4('192.0.2.1'), 2)).toMatchObject({ port: 1 });
});
