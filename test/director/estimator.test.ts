import { describe, expect, test } from 'vitest';
import { Estimator } from '../../director/statistics.ts';
import { udpFromClient } from '../../harness/replay/frames.ts';
import { CLIENT_PORT, NEIGHBOURS, NETWORK } from '../../harness/replay/network.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';

const NOTHING = { connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 };

/** The rate of one counter after each of so many periods, in each of which it grew by `perPeriod`. */
function rates(
  counter: keyof typeof NOTHING,
  perPeriod: number,
  periods: number,
  estimator = new Estimator(),
) {
  return Array.from({ length: periods }, () => {
    estimator.run({ ...NOTHING, [counter]: estimator.counters[counter] + perPeriod });
    return estimator.rates[counter];
  });
}

describe('rates approach the traffic’s as the kernel’s do', () => {
  test.each(['connections', 'inPackets', 'outPackets'] as const)('200 %s in a period', (counter) => {
    expect(rates(counter, 200, 14)).toEqual([25, 44, 58, 68, 76, 82, 87, 90, 92, 94, 96, 97, 98, 98]);
  });

  test.each(['inBytes', 'outBytes'] as const)('2000 %s in a period', (counter) => {
    expect(rates(counter, 2000, 8)).toEqual([250, 437, 578, 684, 763, 822, 866, 900]);
  });

  test('they fall when the traffic has stopped', () => {
    const estimator = new Estimator();
    rates('inPackets', 200, 14, estimator);
    expect(rates('inPackets', 0, 13, estimator)).toEqual([74, 55, 41, 31, 23, 17, 13, 10, 7, 6, 4, 3, 2]);
  });

  test('one connection never shows; one a second does from the third period on', () => {
    const estimator = new Estimator();
    expect(rates('connections', 1, 1, estimator)).toEqual([0]);
    expect(rates('connections', 0, 5, estimator)).toEqual([0, 0, 0, 0, 0]);
    expect(rates('connections', 2, 4)).toEqual([0, 0, 1, 1]);
  });

  test('they end at 0', () => {
    const estimator = new Estimator();
    rates('inBytes', 1_000_000_000, 3, estimator);
    expect(rates('inBytes', 0, 100, estimator).at(-1)).toBe(0);
  });
});

describe('zero', () => {
  test('lets counters begin at 0 from what was shown, and rates from nothing', () => {
    const estimator = new Estimator();
    estimator.run({ ...NOTHING, inPackets: 400 });
    estimator.zero();
    expect(estimator.counters).toEqual(NOTHING);
    expect(estimator.rates).toEqual(NOTHING);
    estimator.run({ ...NOTHING, inPackets: 600 });
    expect(estimator.counters.inPackets).toBe(200);
    expect(estimator.rates.inPackets).toBe(25);
  });
});

describe('a director', () => {
  const RULES = ['-A -u 10.99.0.1:53 -s rr', '-a -u 10.99.0.1:53 -r 10.0.2.11 -m'];

  function sender() {
    const director = new VirtualDirector({ network: NETWORK, neighbours: NEIGHBOURS });
    director.rules(...RULES);
    const client = { address: '10.8.0.1', port: 1000 };
    const frame = udpFromClient(client, { address: '10.99.0.1', port: 53 }, 100);
    const [service] = director.core.state.services.all();
    const server = service?.destinations[0];
    const both = [service?.statistics, server?.statistics];
    return { director, both, send: () => director.receive(CLIENT_PORT, frame.slice()) };
  }

  test('shows what the estimators saw, every two seconds, for server and service', () => {
    const { director, both, send } = sender();
    send();
    director.advance(1_900);
    for (const one of both) expect(one?.shown).toEqual(NOTHING);
    director.advance(200);
    for (const one of both) {
      expect(one?.shown).toEqual({ ...NOTHING, connections: 1, inPackets: 1, inBytes: 100 });
      expect(one?.rates).toEqual({ ...NOTHING, inBytes: 12 });
    }
    send();
    director.advance(1_500);
    for (const one of both) expect(one?.shown.inPackets).toBe(1);
    director.advance(500);
    for (const one of both) expect(one?.shown.inPackets).toBe(2);
  });

  test('shows nothing new while run_estimation is 0', () => {
    const { director, both, send } = sender();
    director.core.state.settings.run_estimation = 0;
    send();
    director.advance(10_000);
    for (const one of both) expect(one?.shown).toEqual(NOTHING);
    director.core.state.settings.run_estimation = 1;
    director.advance(2_000);
    for (const one of both) expect(one?.shown.inPackets).toBe(1);
  });
});
