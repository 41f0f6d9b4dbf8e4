import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEIGHBOUR, type Neighbour, REACHABLE_MS } from '../../../director/network/neighbour.ts';
import { NEIGHBOUR_LIMITS } from '../../../director/network/neighbour-limits.ts';
import { NeighbourTable } from '../../../director/network/neighbours.ts';
import type { Port } from '../../../director/network/snapshot.ts';
import { type Ipv4Address, ipv4, mac } from '../../../director/wire/addresses.ts';
import { fromClient, fromServer, SERVER_TO_CLIENT } from '../fixtures/small-frames.ts';
import {
  CLIENT_SIDE,
  RIP1,
  SERVER_SIDE,
  smallDirector,
  smallNetwork,
  VIP,
} from '../fixtures/small-network.ts';

const CLIENTS = 3_000;
const STATION = mac('02:00:00:00:02:11');
const PORT: Port = {
  index: 4,
  name: 'server-side',
  mac: mac('02:00:00:00:02:01'),
  linkHeaderBytes: 14,
  mtuBytes: 1500,
  addresses: [{ address: ipv4('10.0.0.1'), prefixLength: 16 }],
};
const NOARP_PORT: Port = { ...PORT, index: 5, neighbourMac: STATION };
const SMALL = { keptEntries: 2, softEntries: 4, mostEntries: 8 };
/** Addresses from here on are vouched for. */
const VOUCHED = 0x0a00_0100;

const address = (number: number) => (0x0a00_0000 + number) as Ipv4Address;
const isVouched = (at: Ipv4Address) => at >= VOUCHED;

class World {
  nowMs = 0;
  refused = 0;
  asked = 0;
  readonly table = new NeighbourTable({
    known: (_port, at) => (isVouched(at) ? STATION : undefined),
    full: () => this.refused++,
    ask: () => this.asked++,
    release: () => undefined,
    unreachable: () => undefined,
  });

  constructor(limits = SMALL) {
    this.table.limits = limits;
  }

  /** A packet for this neighbour comes. */
  need(number: number, port = PORT): Neighbour | undefined {
    const neighbour = this.table.get(port, address(number), this.nowMs);
    if (neighbour !== undefined) this.table.usable(neighbour, this.nowMs);
    return neighbour;
  }

  answer(number: number): void {
    this.table.learn(PORT.index, address(number), STATION, 0, this.nowMs);
  }

  pass(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; ) {
      this.nowMs += 100;
      this.table.tick(this.nowMs);
    }
  }
}

describe('a table that is full of open questions', () => {
  test('takes in nobody else, and asks for nobody else, until they have been given up', () => {
    const world = new World();
    for (let i = 0; i < 100; i++) world.need(i);
    expect([world.table.size, world.refused, world.asked]).toEqual([8, 92, 8]);
    world.pass(3_000);
    expect(world.asked).toBe(24);
    expect(world.need(50)).toBeDefined();
  });

  test('goes on with those that it knows, and with those that somebody vouches for', () => {
    const world = new World();
    const server = world.need(1);
    world.answer(1);
    for (let i = 2; i < 100; i++) world.need(i);
    expect(world.need(1)).toBe(server);
    expect(world.need(0x0100)?.state).toBe(NEIGHBOUR.permanent);
    expect(world.table.size).toBe(8);
  });
});

test('a station that is still needed is never forgotten, one that is not makes room', () => {
  const world = new World();
  const busy = world.need(1);
  world.answer(1);
  const idle = world.need(2);
  world.answer(2);
  for (let second = 0; second < 60; second++) {
    world.pass(1_000);
    world.need(1);
    world.answer(1);
  }
  for (let i = 10; i < 30; i++) world.need(i);
  expect([busy?.isListed, idle?.isListed]).toEqual([true, false]);
  expect(world.need(2)).not.toBe(idle);
});

test('a small table forgets nobody; a larger one forgets in time those that are not needed', () => {
  const small = new World();
  small.need(1);
  small.answer(1);
  small.pass(600_000);
  expect(small.table.size).toBe(1);
  const larger = new World();
  for (const number of [1, 2, 3]) {
    larger.need(number);
    larger.answer(number);
  }
  larger.pass(600_000);
  expect(larger.table.size).toBe(0);
});

test('on a link without ARP the table is bounded too', () => {
  const world = new World();
  for (let i = 0; i < 1_000; i++) {
    world.pass(100);
    world.need(i, NOARP_PORT);
    expect(world.table.size).toBeLessThanOrEqual(SMALL.mostEntries);
  }
  expect(world.refused).toBe(0);
});

test('whatever happens: it is bounded, keeps who is needed, and refuses only where nobody can be forgotten', () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0x0100, max: 0x0103 }));
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('need' as const), number }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), number }) },
    fc.record({
      do: fc.constant('pass' as const),
      number: fc.constantFrom(100, 3_100, 31_000, 40_000, 100_000),
    }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
      const world = new World();
      const listed = new Map<number, Neighbour>();
      for (const { do: what, number: one } of actions) {
        if (what === 'pass') world.pass(one);
        else if (what === 'answer') world.answer(one);
        else {
          const before = world.refused;
          const neighbour = world.need(one);
          expect(world.refused - before).toBe(neighbour === undefined ? 1 : 0);
          if (neighbour !== undefined) listed.set(one, neighbour);
          const counted = [...listed.values()].filter(
            (known) => known.isListed && known.state !== NEIGHBOUR.permanent,
          );
          if (neighbour === undefined) expect(counted.length).toBe(SMALL.mostEntries);
        }
        const all = [...listed.values()].filter((known) => known.isListed);
        expect(world.table.size).toBe(all.filter(({ state }) => state !== NEIGHBOUR.permanent).length);
        expect(world.table.size).toBeLessThanOrEqual(SMALL.mostEntries);
        for (const known of listed.values()) {
          const { state } = known;
          const isFresh = state === NEIGHBOUR.reachable && world.nowMs - known.confirmedAtMs <= REACHABLE_MS;
          const isNeeded =
            isFresh ||
            [NEIGHBOUR.incomplete, NEIGHBOUR.probing, NEIGHBOUR.permanent].some((s) => s === state);
          if (isNeeded) expect(known.isListed).toBe(true);
        }
      }
    }),
  );
});

test('spoofed clients on the director’s own link cost neither memory nor ARP without end, and others are served', () => {
  const wide = smallNetwork({
    routes: [
      { network: ipv4('10.0.0.0'), prefixLength: 8, port: CLIENT_SIDE, metric: 0 },
      { network: ipv4('10.0.2.0'), prefixLength: 24, port: SERVER_SIDE, metric: 0 },
    ],
  });
  const it = smallDirector(
    [
      `-A -t ${VIP}:80 -s rr`,
      `-a -t ${VIP}:80 -r ${RIP1}:8080 -m`,
      `-A -u ${VIP}:80 -s rr`,
      `-a -u ${VIP}:80 -r ${RIP1}:8080 -m`,
    ],
    wide,
  );
  it.receive(CLIENT_SIDE, fromClient.tcp({ flags: 2 }));
  it.receive(SERVER_SIDE, fromServer.tcp({ flags: 0x12 }));
  it.takeSent();
  it.arpSent.length = 0;
  for (let i = 0; i < CLIENTS; i++) {
    const source = `10.9.${i >> 8}.${i & 255}`;
    it.receive(CLIENT_SIDE, fromClient.udp({}, { source }));
    it.receive(SERVER_SIDE, fromServer.udp({}, { destination: source }));
  }
  const { neighbours, drops } = it.core.state;
  expect(neighbours.size).toBe(NEIGHBOUR_LIMITS.mostEntries);
  expect(it.arpSent.length).toBe(NEIGHBOUR_LIMITS.mostEntries - 2);
  expect(drops.get('the neighbour table is full')).toBe(CLIENTS - it.arpSent.length);
  it.takeSent();
  it.receive(CLIENT_SIDE, fromClient.tcp({ flags: 0x10 }));
  it.receive(SERVER_SIDE, fromServer.tcp({ flags: 0x10, ...SERVER_TO_CLIENT }));
  expect(it.takeSent().map(({ port }) => port)).toEqual([SERVER_SIDE, CLIENT_SIDE]);
  it.advance(200_000);
  expect(neighbours.size).toBeLessThanOrEqual(NEIGHBOUR_LIMITS.keptEntries);
});
