import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NoRoute, Route, RouteSource } from '../../../director/network/route-source.ts';
import { Routes, sourceTowards } from '../../../director/network/routes.ts';
import type { NetworkSnapshot, Port } from '../../../director/network/snapshot.ts';
import { formatIpv4, ipv4, mac } from '../../../director/wire/addresses.ts';

function port(index: number, mtuBytes: number, ...addresses: string[]): Port {
  return {
    index,
    name: `port${index}`,
    mac: mac(`02:00:00:00:00:0${index}`),
    linkHeaderBytes: 14,
    mtuBytes,
    addresses: addresses.map((address) => ({ address: ipv4(address), prefixLength: 24 })),
  };
}

const ON_SECOND: RouteSource = { find: () => ({ port: 2 }) };

function routesOf(
  source: RouteSource = ON_SECOND,
  ports = [port(1, 1500, '10.0.1.1'), port(2, 1400, '10.0.2.1')],
) {
  const table = new Routes(source);
  const snapshot: NetworkSnapshot = {
    ports,
    localAddresses: [ipv4('10.0.1.1'), ipv4('10.99.0.1')],
    ipForward: true,
  };
  table.replace(snapshot);
  return { table, snapshot };
}

test('without anybody to ask there is no way', () => {
  expect(new Routes().lookup(ipv4('10.0.2.9'))).toBeNull();
  expect(new Routes().lookupForwarding(1, ipv4('10.0.1.9'), ipv4('10.0.2.9'))).toBe('network unreachable');
});

test('gives the address that packets of its own carry: the route says it, or the link does', () => {
  const preferredSource = ipv4('10.99.0.1');
  const { table } = routesOf({
    find: (destination) => ({ port: 2, ...(destination === ipv4('10.0.3.9') && { preferredSource }) }),
  });
  expect(formatIpv4(table.lookup(ipv4('10.0.2.9'))?.source ?? 0)).toBe('10.0.2.1');
  expect(formatIpv4(table.lookup(ipv4('10.0.3.9'))?.source ?? 0)).toBe('10.99.0.1');
});

test('sourceTowards takes the address in the same subnet, else the first', () => {
  const both = port(1, 1500, '10.0.1.1', '10.0.7.1');
  expect(formatIpv4(sourceTowards(both, ipv4('10.0.7.9')) ?? 0)).toBe('10.0.7.1');
  expect(formatIpv4(sourceTowards(both, ipv4('192.0.2.1')) ?? 0)).toBe('10.0.1.1');
  expect(sourceTowards(port(1, 1500), ipv4('192.0.2.1'))).toBeUndefined();
});

test.each([
  ['10.99.0.1', true],
  ['10.0.1.1', true],
  ['127.1.2.3', true],
  ['10.0.1.2', false],
])('%s is local: %s', (address, expected) => {
  const { table } = routesOf();
  expect(table.isLocal(ipv4(address))).toBe(expected);
  expect(table.isOwn(ipv4(address))).toBe(expected);
});

describe('the path MTU to a destination', () => {
  const SERVER = ipv4('10.0.2.11');
  const setUp = () => routesOf().table;

  test('is the link’s until a router says less', () => {
    const table = setUp();
    expect(table.lookup(SERVER)?.mtuBytes).toBe(1400);
    table.learnPathMtu(SERVER, 1300, 0);
    expect(table.lookup(SERVER)?.mtuBytes).toBe(1300);
    expect(table.lookup(ipv4('10.0.2.12'))?.mtuBytes).toBe(1400);
  });

  test('counts from the next packet on: the last way still has the old one', () => {
    const table = setUp();
    table.lookupTunnel(SERVER);
    table.learnPathMtu(SERVER, 1300, 0);
    expect(table.lastNextHop(SERVER)?.mtuBytes).toBe(1400);
    table.lookupTunnel(SERVER);
    expect(table.lastNextHop(SERVER)?.mtuBytes).toBe(1300);
  });

  test('never grows by such a message, and is never believed below 552', () => {
    const table = setUp();
    table.learnPathMtu(SERVER, 1450, 0);
    expect(table.lookup(SERVER)?.mtuBytes).toBe(1400);
    table.learnPathMtu(SERVER, 1300, 0);
    table.learnPathMtu(SERVER, 1350, 0);
    expect(table.lookup(SERVER)?.mtuBytes).toBe(1300);
    table.learnPathMtu(SERVER, 68, 0);
    expect(table.lookup(SERVER)?.mtuBytes).toBe(552);
  });

  test('is forgotten after ten minutes', () => {
    const table = setUp();
    table.learnPathMtu(SERVER, 1300, 1_000);
    table.tick(600_999);
    expect(table.lookup(SERVER)?.mtuBytes).toBe(1300);
    table.tick(601_000);
    expect(table.lookup(SERVER)?.mtuBytes).toBe(1400);
  });
});

test('a new snapshot’s ports are those from then on', () => {
  const { table, snapshot } = routesOf();
  expect(table.lookup(ipv4('10.0.2.11'))?.mtuBytes).toBe(1400);
  table.replace({ ...snapshot, ports: [port(2, 1300, '10.0.2.1')] });
  expect(table.lookup(ipv4('10.0.2.11'))?.mtuBytes).toBe(1300);
  expect(table.port(1)).toBeUndefined();
});

test('networks of local routes are local', () => {
  const { table, snapshot } = routesOf();
  table.replace({ ...snapshot, localNetworks: [{ network: ipv4('10.9.0.0'), prefixLength: 24 }] });
  expect([table.isLocal(ipv4('10.9.0.5')), table.isLocal(ipv4('10.9.1.5'))]).toEqual([true, false]);
});

test('a port without addresses borrows one of another port', () => {
  const { table, snapshot } = routesOf();
  const bare = port(3, 1500);
  table.replace({ ...snapshot, ports: [bare, port(1, 1500, '10.0.1.1')] });
  expect(formatIpv4(table.sourceTowards(bare, ipv4('172.16.0.1')) ?? 0)).toBe('10.0.1.1');
});

describe('ways that somebody else is asked for', () => {
  const SERVER = ipv4('10.0.2.11');
  const CLIENT = ipv4('198.51.100.7');
  const VIP = ipv4('10.0.1.100');
  const [FIRST, SECOND] = [port(1, 1500, '10.0.1.1'), port(2, 1400, '10.0.2.1')] as const;

  /** A table that asks `answer`, which is told the destination, source and input port, and writes down each question. */
  function asking(answer: (destination: number, source: number, inputPort: number) => Route | NoRoute) {
    const asked: string[] = [];
    const table = new Routes({
      find(destination, source, inputPort) {
        asked.push([destination, source].map(formatIpv4).concat(`${inputPort}`).join(' '));
        return answer(destination, source, inputPort);
      },
    });
    const localAddresses = [VIP, ipv4('10.0.1.1')];
    table.replace({ ports: [FIRST, SECOND], localAddresses, ipForward: true });
    return { table, take: () => asked.splice(0) };
  }

  test('are asked for once, by destination, source and port, until something has changed', () => {
    const { table, take } = asking(() => ({ port: 1 }));
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 2; i++) {
        table.lookup(CLIENT);
        table.lookupFrom(VIP, CLIENT);
        table.lookupForwarding(2, SERVER, CLIENT);
        table.lookupForwarding(1, SERVER, CLIENT);
      }
      const about = formatIpv4(CLIENT);
      expect(take()).toEqual([
        `${about} 0.0.0.0 0`,
        `${about} ${formatIpv4(VIP)} 0`,
        `${about} ${formatIpv4(SERVER)} 2`,
        `${about} ${formatIpv4(SERVER)} 1`,
      ]);
      table.forget();
    }
  });

  test('from an address that the machine does not have are those from any, unless the packet came in', () => {
    const { table, take } = asking(() => ({ port: 2 }));
    expect(table.lookupFrom(SERVER, CLIENT)?.source).toBe(SERVER);
    table.lookupForwarding(2, SERVER, CLIENT);
    const about = formatIpv4(CLIENT);
    expect(take()).toEqual([`${about} 0.0.0.0 0`, `${about} ${formatIpv4(SERVER)} 2`]);
  });

  test('lead where the answer says', () => {
    const { table } = asking(() => ({
      port: 2,
      gateway: ipv4('10.0.2.254'),
      preferredSource: VIP,
      mtuBytes: 1300,
    }));
    const nextHop = table.lookup(CLIENT);
    expect(nextHop?.port.index).toBe(2);
    expect(formatIpv4(nextHop?.address ?? 0)).toBe('10.0.2.254');
    expect([nextHop?.source, nextHop?.mtuBytes]).toEqual([VIP, 1300]);
    expect(table.lookupFrom(CLIENT, SERVER)?.source).toBe(CLIENT);
  });

  test('may not be there, and why is told to those who forward', () => {
    const { table } = asking((destination) => (destination === CLIENT ? 'prohibited' : { port: 9 }));
    expect(table.lookup(CLIENT)).toBeNull();
    expect(table.lookupForwarding(1, SERVER, CLIENT)).toBe('prohibited');
    expect(table.lookup(SERVER)).toBeNull();
  });

  test('through a tunnel are those from the tunnel’s own address', () => {
    const { table, take } = asking((_destination, source) => ({
      port: source === 0 ? 1 : 2,
      preferredSource: ipv4('10.0.1.1'),
    }));
    expect(table.lookupTunnel(SERVER)?.port.index).toBe(2);
    expect(take()).toEqual(['10.0.2.11 0.0.0.0 0', '10.0.2.11 10.0.1.1 0']);
  });

  test('do not believe what routers say of a path MTU that is locked', () => {
    let mtuIsLocked = true;
    const { table } = asking(() => ({ port: 2, mtuBytes: 1350, mtuIsLocked }));
    table.learnPathMtu(SERVER, 1200, 0);
    expect(table.lookupTunnel(SERVER)?.mtuBytes).toBe(1350);
    mtuIsLocked = false;
    table.forget();
    table.learnPathMtu(SERVER, 1200, 0);
    expect(table.lookupTunnel(SERVER)?.mtuBytes).toBe(1200);
  });

  test('that hold for a time only are asked for again when it is up', () => {
    const { table, take } = asking(() => ({ port: 2, expiresInMs: 500 }));
    table.tick(1_000);
    table.lookup(SERVER);
    table.tick(1_499);
    table.lookup(SERVER);
    expect(take()).toHaveLength(1);
    table.tick(1_500);
    table.lookup(SERVER);
    expect(take()).toHaveLength(1);
  });

  test('that are in use stay remembered, however many others are asked for once', () => {
    const { table, take } = asking(() => ({ port: 2 }));
    const { version } = table;
    table.lookup(CLIENT);
    for (let burst = 0; burst < 20; burst++) {
      table.lookup(CLIENT);
      for (let i = 1; i <= 4_000; i++) table.lookup(burst * 4_000 + i);
    }
    expect(take().filter((question) => question.startsWith(formatIpv4(CLIENT)))).toHaveLength(1);
    expect(table.version).toBe(version);
  });

  test('are what the one who is asked says, whatever was asked before', () => {
    const { table } = asking((destination, source) => ({ port: 1 + (((destination ^ source) >>> 3) & 1) }));
    const question = fc.record({ destination: fc.nat(600), source: fc.constantFrom(VIP, SERVER) });
    fc.assert(
      fc.property(fc.array(question, { maxLength: 1_000 }), (questions) => {
        for (const { destination, source } of questions) {
          const found = table.lookupForwarding(1, source, destination);
          expect(typeof found === 'string' || found.port.index).toBe(
            1 + (((destination ^ source) >>> 3) & 1),
          );
        }
      }),
    );
  });

  test('beyond one gateway are one next hop, as long as they say the same', () => {
    const gateway = ipv4('10.0.2.254');
    const { table } = asking(() => ({ port: 2, gateway }));
    const [one, other] = [1, 2].map((destination) => table.lookupFrom(VIP, destination));
    expect(one).toBe(other);
    table.learnPathMtu(1, 1200, 0);
    expect([1, 2].map((destination) => table.lookup(destination)?.mtuBytes)).toEqual([1200, SECOND.mtuBytes]);
  });
});
