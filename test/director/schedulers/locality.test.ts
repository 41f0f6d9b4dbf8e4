import { describe, expect, test } from 'vitest';
import { Fleet, flow } from './fleet.ts';

const to = (destination: string) => flow('10.1.1.1', { destination });

function hold(fleet: Fleet, letter: string, active: number): void {
  fleet.server(letter).connections = active;
  fleet.server(letter).activeConnections = active;
}

describe.each(['lblc', 'lblcr'])('%s', (scheduler) => {
  test('keeps an address with its server', () => {
    const fleet = new Fleet(scheduler).add(2, 2);
    expect(fleet.pick(to('10.77.0.1'))).toBe('B');
    hold(fleet, 'B', 2);
    expect(fleet.pick(to('10.77.0.1'))).toBe('B');
    expect(fleet.pick(to('10.77.0.2'))).toBe('A');
  });

  test('moves on from a server with more active connections than its weight only if another stands half idle', () => {
    const fleet = new Fleet(scheduler).add(2, 2);
    fleet.pick(to('10.77.0.1'));
    hold(fleet, 'B', 3);
    hold(fleet, 'A', 1);
    expect(fleet.pick(to('10.77.0.1'))).toBe('B');
    hold(fleet, 'A', 0);
    expect(fleet.pick(to('10.77.0.1'))).toBe('A');
  });

  test('forgets an address that was not used for long', () => {
    const fleet = new Fleet(scheduler).add(1, 1);
    fleet.settings.lblc_expiration = 600;
    fleet.settings.lblcr_expiration = 600;
    expect(fleet.pick(to('10.77.0.1'))).toBe('B');
    expect(fleet.server('B').cacheEntries).toBe(1);
    hold(fleet, 'B', 1);
    // Every half hour what is idle for too long goes.
    fleet.nowMs = 31 * 60_000;
    expect(fleet.pick(to('10.77.0.9'))).toBe('A');
    expect(fleet.server('B').cacheEntries).toBe(0);
    expect(fleet.pick(to('10.77.0.1'))).toBe('A');
  });

  test('trims what is idle for six minutes once it remembers too much, and stops where it is full', () => {
    const fleet = new Fleet(scheduler).add(1);
    const remembered = () => fleet.server('A').cacheEntries;
    for (let i = 0; i < 30_000; i++) {
      fleet.scheduler.pick({ source: 1, sourcePort: 1, destination: i, protocol: 6 }, 0);
    }
    expect(remembered()).toBe(24_576);
    fleet.nowMs = 359_000;
    fleet.pick(to('10.77.0.1'));
    expect(remembered()).toBe(24_576);
    fleet.nowMs = 360_000;
    fleet.pick(to('10.77.0.1'));
    // Of 8192 too many it wants a third more gone, but never more than 8192; it stops after a whole bucket.
    expect(remembered()).toBeLessThanOrEqual(24_576 - 8_192 + 1);
    expect(remembered()).toBeGreaterThan(24_576 - 8_192 - 64);
  });

  test('lets go of its servers when it retires', () => {
    const fleet = new Fleet(scheduler).add(1);
    fleet.pick(to('10.77.0.1'));
    fleet.scheduler.retired?.();
    expect(fleet.server('A').cacheEntries).toBe(0);
  });
});

test('lblc takes up a deleted server again once it is back', () => {
  const fleet = new Fleet('lblc').add(1, 1);
  fleet.pick(to('10.77.0.1'));
  const server = fleet.server('B');
  fleet.remove('B');
  server.available = true;
  fleet.destinations.unshift(server);
  hold(fleet, 'B', 1);
  expect(fleet.pick(to('10.77.0.1'))).toBe('B');
});

test('lblc does not look at thresholds where it knows the address', () => {
  const fleet = new Fleet('lblc').add(1, 1);
  fleet.pick(to('10.77.0.1'));
  fleet.server('B').overloaded = true;
  expect(fleet.pick(to('10.77.0.1'))).toBe('B');
  expect(fleet.pick(to('10.77.0.2'))).toBe('A');
});

test('lblcr spreads an address over a set of servers and shrinks it by its most loaded after a while', () => {
  const fleet = new Fleet('lblcr').add(2, 2);
  fleet.settings.lblcr_expiration = 100;
  fleet.pick(to('10.77.0.1'));
  hold(fleet, 'B', 3);
  expect(fleet.pick(to('10.77.0.1'))).toBe('A');
  expect([fleet.server('A').cacheEntries, fleet.server('B').cacheEntries]).toEqual([1, 1]);
  hold(fleet, 'B', 1);
  hold(fleet, 'A', 2);
  expect(fleet.pick(to('10.77.0.1'))).toBe('B');
  fleet.nowMs = 100_001;
  expect(fleet.pick(to('10.77.0.1'))).toBe('B');
  expect([fleet.server('A').cacheEntries, fleet.server('B').cacheEntries]).toEqual([0, 1]);
});

test('lblcr uses the server of its choice once more even where it is the one that leaves the set', () => {
  const fleet = new Fleet('lblcr').add(2, 2);
  fleet.settings.lblcr_expiration = 100;
  fleet.pick(to('10.77.0.1'));
  hold(fleet, 'B', 3);
  fleet.pick(to('10.77.0.1'));
  hold(fleet, 'B', 1);
  hold(fleet, 'A', 1);
  fleet.server('A').overloaded = true;
  hold(fleet, 'B', 2);
  fleet.nowMs = 100_001;
  expect(fleet.pick(to('10.77.0.1'))).toBe('B');
  expect([fleet.server('A').cacheEntries, fleet.server('B').cacheEntries]).toEqual([1, 0]);
});
