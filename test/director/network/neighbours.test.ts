import { describe, expect, test } from 'vitest';
import { type Neighbour, REACHABLE_MS } from '../../../director/network/neighbour.ts';
import {
  NeighbourTable,
  PROBE_INTERVAL_MS,
  PROBES,
  QUEUE_PACKETS,
} from '../../../director/network/neighbours.ts';
import type { Port } from '../../../director/network/snapshot.ts';
import { formatMac, ipv4, type MacAddress, mac } from '../../../director/wire/addresses.ts';

const PORT: Port = {
  index: 4,
  name: 'server-side',
  mac: mac('02:00:00:00:02:01'),
  linkHeaderBytes: 14,
  mtuBytes: 1500,
  addresses: [{ address: ipv4('10.0.2.1'), prefixLength: 24 }],
};
const ADDRESS = ipv4('10.0.2.11');
const STATION = mac('02:00:00:00:02:11');
const ELSEWHERE = mac('02:00:00:00:02:77');

/** A table whose events are written down, and the neighbour that all of this is about. */
function setUp(known: () => MacAddress | undefined = () => undefined) {
  const events: string[] = [];
  const table = new NeighbourTable({
    known,
    full: () => events.push('full'),
    ask: (_neighbour, station) =>
      events.push(station === undefined ? 'ask all' : `ask ${formatMac(station)}`),
    release: (neighbour, frame) => events.push(`release ${frame.bytes[0]} to ${formatMac(neighbour.mac)}`),
    unreachable: (_neighbour, frame) => events.push(`unreachable ${frame.bytes[0]}`),
  });
  const neighbour = table.get(PORT, ADDRESS, 0) as Neighbour;
  const wait = (content: number) => table.wait(neighbour, Uint8Array.of(9, content, 9), 1, 1);
  const answer = (nowMs: number, station = STATION) => table.learn(PORT.index, ADDRESS, station, 0, nowMs);
  return { table, neighbour, wait, answer, take: () => events.splice(0) };
}

/** Reachable since `nowMs`. */
function setUpReachable(nowMs: number) {
  const all = setUp();
  all.table.usable(all.neighbour, nowMs);
  all.answer(nowMs);
  all.take();
  return all;
}

describe('a station that another director knew', () => {
  test('need not be asked for, and is confirmed once a packet needs it', () => {
    const { table } = setUpReachable(0);
    const successor = setUp();
    const other = ipv4('10.0.2.12');
    successor.table.restore([...table.image(), [PORT.index, other, '02:00:00:00:02:12']], 10);
    const neighbour = successor.table.get(PORT, other, 20) as Neighbour;
    expect(successor.table.usable(neighbour, 20)).toBe(true);
    expect(formatMac(neighbour.mac)).toBe('02:00:00:00:02:12');
    expect(successor.take()).toEqual(['ask 02:00:00:00:02:12']);
  });

  test('is handed on to a third one, whether a packet needed it or not', () => {
    const { table } = setUpReachable(0);
    const successor = new NeighbourTable({ full() {}, ask() {}, release() {}, unreachable() {} });
    successor.restore(table.image(), 10);
    expect(successor.image()).toEqual([[PORT.index, ADDRESS, formatMac(STATION)]]);
    successor.get(PORT, ADDRESS, 20);
    expect(successor.image()).toEqual([[PORT.index, ADDRESS, formatMac(STATION)]]);
  });

  test('is nobody any more once that is long ago', () => {
    const { table } = setUpReachable(0);
    const successor = new NeighbourTable({ full() {}, ask() {}, release() {}, unreachable() {} });
    successor.restore(table.image(), 10);
    successor.tick(10 + REACHABLE_MS + 1);
    expect(successor.image()).toEqual([]);
    expect(successor.usable(successor.get(PORT, ADDRESS, 40_020) as Neighbour, 40_020)).toBe(false);
  });
});

describe('a station that asks for this machine', () => {
  test('is known, and asked whether it is there once a packet needs it', () => {
    const { table, neighbour, take } = setUp();
    table.meet(PORT, ADDRESS, STATION, 0, 10);
    expect(table.usable(neighbour, 10)).toBe(true);
    expect(formatMac(neighbour.mac)).toBe('02:00:00:00:02:11');
    expect(take()).toEqual(['ask 02:00:00:00:02:11']);
    const other = ipv4('10.0.2.12');
    table.meet(PORT, other, STATION, 0, 10);
    expect(table.usable(table.get(PORT, other, 10) as Neighbour, 10)).toBe(true);
  });

  test('has answered, if it was asked, and cannot say that somebody is wrong who vouches for another', () => {
    const { table, neighbour, wait, take } = setUp();
    table.usable(neighbour, 0);
    wait(1);
    table.meet(PORT, ADDRESS, STATION, 0, 10);
    expect(take()).toEqual(['ask all', 'release 1 to 02:00:00:00:02:11']);
    const vouched = setUp(() => mac('02:00:00:00:02:99'));
    vouched.table.meet(PORT, ADDRESS, STATION, 0, 10);
    expect(formatMac(vouched.neighbour.mac)).toBe('02:00:00:00:02:99');
  });
});

describe('an address that is not known', () => {
  test('is asked for at once, and packets wait until it answers', () => {
    const { table, neighbour, wait, answer, take } = setUp();
    expect(table.usable(neighbour, 0)).toBe(false);
    wait(1);
    expect(table.usable(neighbour, 1)).toBe(false);
    wait(2);
    expect(take()).toEqual(['ask all']);
    answer(2);
    expect(take()).toEqual(['release 1 to 02:00:00:00:02:11', 'release 2 to 02:00:00:00:02:11']);
    expect(table.usable(neighbour, 3)).toBe(true);
    expect(formatMac(neighbour.mac)).toBe('02:00:00:00:02:11');
  });

  test('is asked for three times a second apart, then its packets are unreachable', () => {
    const { table, neighbour, wait, take } = setUp();
    table.usable(neighbour, 0);
    wait(1);
    const happened: string[] = [];
    for (let nowMs = 0; nowMs <= 5_000; nowMs += 100) {
      table.tick(nowMs);
      for (const event of take()) happened.push(`${nowMs}: ${event}`);
    }
    expect(PROBES * PROBE_INTERVAL_MS).toBe(3_000);
    // The first question was asked as the packet came, not by the clock.
    expect(happened).toEqual(['0: ask all', '1000: ask all', '2000: ask all', '3000: unreachable 1']);
  });

  test('is asked for anew by the next packet after that', () => {
    const { table, neighbour, take } = setUp();
    table.usable(neighbour, 0);
    for (let nowMs = 0; nowMs <= 5_000; nowMs += 100) table.tick(nowMs);
    take();
    expect(table.usable(neighbour, 6_000)).toBe(false);
    expect(take()).toEqual(['ask all']);
  });

  test('holds a bounded queue, from which the oldest go first', () => {
    const { table, neighbour, wait, answer, take } = setUp();
    table.usable(neighbour, 0);
    for (let i = 0; i < QUEUE_PACKETS + 2; i++) wait(i);
    take();
    answer(1);
    const released = take();
    expect(released.length).toBe(QUEUE_PACKETS);
    expect(released[0]).toContain('release 2 ');
  });

  test('keeps its own copy of what waits', () => {
    const { table, neighbour, answer, take } = setUp();
    table.usable(neighbour, 0);
    const bytes = Uint8Array.of(1, 2, 3);
    table.wait(neighbour, bytes, 1, 1);
    bytes.fill(0xa5);
    take();
    answer(1);
    expect(take()[0]).toContain('release 2 ');
  });
});

describe('an address that is known', () => {
  test('is believed for a while, then its station itself is asked while packets go on', () => {
    const { table, neighbour, take } = setUpReachable(0);
    expect(table.usable(neighbour, REACHABLE_MS)).toBe(true);
    expect(take()).toEqual([]);
    expect(table.usable(neighbour, REACHABLE_MS + 1)).toBe(true);
    expect(take()).toEqual(['ask 02:00:00:00:02:11']);
    expect(table.usable(neighbour, REACHABLE_MS + 2)).toBe(true);
    expect(take()).toEqual([]);
  });

  test('is forgotten if its station does not answer that three times', () => {
    const { table, neighbour, take } = setUpReachable(0);
    const askedAtMs = REACHABLE_MS + 1;
    table.usable(neighbour, askedAtMs);
    for (let ms = 0; ms <= 3_000; ms += 100) table.tick(askedAtMs + ms);
    expect(take()).toEqual(Array(3).fill('ask 02:00:00:00:02:11'));
    expect(table.usable(neighbour, askedAtMs + 3_100)).toBe(false);
    expect(take()).toEqual(['ask all']);
  });

  test('moves to another station as soon as that one says so', () => {
    const { neighbour, answer } = setUpReachable(0);
    answer(10, mac('02:00:00:00:02:99'));
    expect(formatMac(neighbour.mac)).toBe('02:00:00:00:02:99');
  });
});

test('what nobody asked for is not learned', () => {
  const { table, answer, take } = setUp();
  answer(0);
  table.learn(99, ADDRESS, STATION, 0, 0);
  const stranger: Neighbour = table.get(PORT, ipv4('10.0.2.77'), 0) as Neighbour;
  expect(table.usable(stranger, 1)).toBe(false);
  expect(take()).toEqual(['ask all']);
});

describe('when the network has changed', () => {
  const changedTo = (port: Port | undefined) => {
    const all = setUpReachable(0);
    all.table.follow((index) => (index === PORT.index ? port : undefined));
    return all;
  };

  test.each<[string, Partial<Port>]>([
    ['nothing', {}],
    ['MTU', { mtuBytes: 1400 }],
    ['addresses', { addresses: [] }],
  ])('neighbours on a port with another %s stay, and know the port as it is', (_what, change) => {
    const port = { ...PORT, ...change };
    const { table, neighbour } = changedTo(port);
    expect(table.get(port, ADDRESS, 0)).toBe(neighbour);
    expect(neighbour.port).toBe(port);
  });

  test.each<[string, Port | undefined]>([
    ['is gone', undefined],
    ['has another name', { ...PORT, name: 'other' }],
    ['has another MAC address', { ...PORT, mac: ELSEWHERE }],
    ['has no header any more', { ...PORT, linkHeaderBytes: 0 }],
    ['asks nobody any more', { ...PORT, neighbourMac: STATION }],
  ])('neighbours on a port that %s are forgotten', (_what, port) => {
    const { table, neighbour } = changedTo(port);
    expect([neighbour.isListed, table.size]).toEqual([false, 0]);
  });

  test('a question that was open is not asked again, and what waited is lost', () => {
    const { table, neighbour, wait, take } = setUp();
    table.usable(neighbour, 0);
    wait(1);
    table.follow(() => undefined);
    take();
    for (let nowMs = 0; nowMs < 10_000; nowMs += 500) table.tick(nowMs);
    expect(take()).toEqual([]);
  });
});

describe('a neighbour that somebody else vouches for', () => {
  test('is never asked for, and what others say of it does not count', () => {
    const { table, neighbour, answer, take } = setUp(() => ELSEWHERE);
    expect(table.usable(neighbour, 0)).toBe(true);
    answer(1);
    expect(table.usable(neighbour, 10 * REACHABLE_MS)).toBe(true);
    table.tick(10 * REACHABLE_MS);
    expect([formatMac(neighbour.mac), take()]).toEqual([formatMac(ELSEWHERE), []]);
  });

  test('is found out about while packets wait for it: they leave at once', () => {
    let known: MacAddress | undefined;
    const { table, neighbour, wait, take } = setUp(() => known);
    expect(table.usable(neighbour, 0)).toBe(false);
    wait(1);
    known = ELSEWHERE;
    table.recheck(PORT.index, ipv4('10.0.2.12'));
    expect(take()).toEqual(['ask all']);
    table.recheck(PORT.index, ADDRESS);
    expect(take()).toEqual([`release 1 to ${formatMac(ELSEWHERE)}`]);
    table.tick(10_000);
    expect(take()).toEqual([]);
  });

  test('moves when that is changed, and is asked for once nobody vouches for it any more', () => {
    let known: MacAddress | undefined = ELSEWHERE;
    const { table, neighbour, take } = setUp(() => known);
    known = STATION;
    table.recheckAll();
    expect(formatMac(neighbour.mac)).toBe(formatMac(STATION));
    known = undefined;
    table.recheckAll();
    expect(table.usable(neighbour, 0)).toBe(false);
    expect(take()).toEqual(['ask all']);
  });

  test('one that was learned by ARP stays as it is when something else has changed', () => {
    const { table, neighbour, answer, take } = setUp();
    table.usable(neighbour, 0);
    answer(0);
    take();
    table.recheckAll();
    expect([table.usable(neighbour, 1), take()]).toEqual([true, []]);
  });
});
