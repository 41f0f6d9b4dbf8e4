import { describe, expect, test } from 'vitest';
import { Defences } from '../../../director/connections/defences.ts';
import { freePages } from '../../../director/io/free-memory.ts';
import { defaultSettings, type Settings } from '../../../director/settings.ts';
import { VIP, World } from './world.ts';

const WEB = `${VIP}:80`;
const NAT = [`-A -t ${WEB} -s rr`, `-a -t ${WEB} -r 10.0.2.11:80 -m`, `-a -t ${WEB} -r 10.0.2.12:80 -m`];

function defences(changed: Partial<Settings>, free: { pages: number; entries?: number }) {
  const settings = { ...defaultSettings(), ...changed };
  const own = new Defences({
    settings,
    freePages: () => free.pages,
    entries: () => free.entries ?? 0,
  });
  return { settings, own, dropped: (packets: number) => indexes(packets, () => own.dropsPacket()) };
}

function indexes(count: number, isSo: (i: number) => boolean): number[] {
  return Array.from({ length: count }, (_, i) => (isSo(i) ? i : -1)).filter((i) => i >= 0);
}

describe('an automatic defence', () => {
  test('is on and reads 2 while fewer pages are free than amemthresh, and is off and reads 1 otherwise', () => {
    const free = { pages: 1024 };
    const { settings, own } = defences({ drop_entry: 2, drop_packet: 1, secure_tcp: 1 }, free);
    const seen = () => [settings.drop_entry, settings.drop_packet, settings.secure_tcp];
    own.tick(0);
    expect(seen()).toEqual([1, 1, 1]);
    expect([own.dropsEntries, own.followsTcpStrictly, own.dropsPacket()]).toEqual([false, false, false]);
    free.pages = 1023;
    own.tick(999);
    expect(seen()).toEqual([1, 1, 1]);
    own.tick(1000);
    expect(seen()).toEqual([2, 2, 2]);
    expect([own.dropsEntries, own.followsTcpStrictly]).toEqual([true, true]);
    free.pages = 2000;
    own.tick(2000);
    expect(seen()).toEqual([1, 1, 1]);
  });

  test('drops one packet in amemthresh/(amemthresh - free), and begins to count anew every second', () => {
    const { own, dropped } = defences({ drop_packet: 1, amemthresh: 1000 }, { pages: 750 });
    own.tick(0);
    expect(dropped(12)).toEqual([3, 7, 11]);
    expect(dropped(3)).toEqual([]);
    own.tick(1000);
    expect(dropped(4)).toEqual([3]);
    expect(defences({ drop_packet: 2 }, { pages: 0 }).settings.drop_packet).toBe(2);
    const none = defences({ drop_packet: 2 }, { pages: 0 });
    none.own.review();
    expect(none.dropped(3)).toEqual([0, 1, 2]);
  });

  test('is on with less than an eighth of the table left, the more the less is left', () => {
    const free = { pages: 1 << 20, entries: 7000 };
    const { settings, own, dropped } = defences({ drop_packet: 1, conn_max: 8000 }, free);
    own.tick(0);
    expect(settings.drop_packet).toBe(1);
    free.entries = 7500;
    own.tick(1000);
    expect(settings.drop_packet).toBe(2);
    expect(dropped(6)).toEqual([1, 3, 5]);
    free.entries = 8000;
    own.tick(2000);
    expect(dropped(3)).toEqual([0, 1, 2]);
  });

  test('follows what is written at once', () => {
    const world = new World(...NAT);
    const { state } = world.director.core;
    world.director.set('secure_tcp', 2);
    expect(state.settings.secure_tcp).toBe(1);
    world.director.set('secure_tcp', 3);
    world.tcp('S');
    world.tcp('A');
    expect(world.connections).toEqual([expect.stringContaining('SYN_RECV')]);
  });
});

test('free memory is what the kernel calls free, and buffers, in pages', () => {
  expect(freePages('MemTotal: 9 kB\nMemFree:            4000 kB\nBuffers:  96 kB\nCached: 5 kB\n')).toBe(
    1024,
  );
  expect(freePages('')).toBe(Number.POSITIVE_INFINITY);
  expect(freePages()).toBeGreaterThan(0);
});

test('conn_max bounds the table, and connections that are there go on', () => {
  const world = new World(...NAT);
  world.set({ conn_max: 2 });
  const seen = [1, 2, 3].map((port) => world.tcp('S', { client: `10.8.0.1:${port + 1000}` }));
  expect(seen).toEqual(['rs2', 'rs1', 'nothing']);
  expect(world.tcp('A', { client: '10.8.0.1:1001' })).toBe('rs2');
  expect(Object.fromEntries(world.director.core.state.drops)).toEqual({ 'connection table is full': 1 });
});

describe('drop_entry', () => {
  const CLIENTS = 400;
  const clients = Array.from({ length: CLIENTS }, (_, i) => `10.8.${i >> 7}.${i & 127}:2000`);
  /** Enough for nearly every bucket to have been drawn. */
  const LONG_S = 50;

  test('drops half-open connections long before their time is up, and no established one', () => {
    const world = new World(...NAT);
    world.set({ drop_entry: 3 });
    for (const client of clients) world.tcp('S', { client });
    for (const client of clients.slice(0, 20)) world.tcp('A', { client });
    world.wait(LONG_S);
    const left = world.connections;
    expect(left.filter((line) => line.includes('ESTABLISHED'))).toHaveLength(20);
    // A 32nd of the buckets a second: e^(-50/32) of the others are still there.
    const halfOpen = left.length - 20;
    expect(halfOpen).toBeGreaterThan(CLIENTS * 0.1);
    expect(halfOpen).toBeLessThan(CLIENTS * 0.35);
    expect(world.counts['10.0.2.11:80']).toMatch(/^\d+\/0\/0$/);
  });

  test('leaves them alone where it is off', () => {
    const world = new World(...NAT);
    for (const client of clients) world.tcp('S', { client });
    world.wait(LONG_S);
    expect(world.connections).toHaveLength(CLIENTS);
  });

  test('drops idle connections of a few packets, of those with n every nth, and none of many or of the last minute', () => {
    const world = new World(...NAT);
    const left = (packets: number) => {
      for (const client of clients) {
        world.tcp('S', { client });
        for (let i = 1; i < packets; i++) world.tcp('A', { client });
      }
      world.set({ drop_entry: 3 });
      world.wait(50);
      const young = world.connections.length;
      world.wait(42);
      const old = world.connections.length;
      world.set({ drop_entry: 0 });
      world.wait(1000);
      return [young, old] as const;
    };
    const [youngOfTwo, oldOfTwo] = left(2);
    const [youngOfEight, oldOfEight] = left(8);
    expect([youngOfTwo, youngOfEight, ...left(9)]).toEqual([CLIENTS, CLIENTS, CLIENTS, CLIENTS]);
    // In 32 s a bucket is drawn once on average; each time every second, or every eighth, is dropped.
    expect(oldOfTwo).toBeLessThan(CLIENTS * 0.72);
    expect(oldOfEight).toBeGreaterThan(oldOfTwo);
    expect(oldOfEight).toBeLessThan(CLIENTS);
  });

  test('takes a template along that no real connection was made from', () => {
    const [add, ...servers] = NAT as [string, ...string[]];
    const world = new World(`${add} -p 3000`, ...servers);
    for (const client of clients) world.tcp('S', { client });
    world.tcp('S', { client: '10.9.0.1:2000' });
    world.tcp('A', { client: '10.9.0.1:2000' });
    expect(world.director.core.state.connections.table.size).toBe(2 * (CLIENTS + 1));
    world.set({ drop_entry: 3 });
    world.wait(300);
    const left = world.connections;
    expect(left.filter((line) => line.includes('10.9.0.1'))).toHaveLength(1);
    // Its template is still there, and hardly any other.
    expect(world.director.core.state.connections.table.size).toBeLessThan(10);
  });
});
