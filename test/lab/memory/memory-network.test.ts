import { beforeEach, describe, expect, test } from 'vitest';
import { BROADCAST_MAC, ipFrame, pattern } from '../../../lab/frames/index.ts';
import { MemoryNetwork, VirtualClock } from '../../../lab/memory/index.ts';
import { topologies } from '../../../lab/topologies/index.ts';

const TOPOLOGY = topologies.nat({ servers: 2 });
const macOf = (name: string) => TOPOLOGY.hosts.find((host) => host.name === name)?.interfaces[0]?.mac ?? '';
const DIRECTOR_SERVER_SIDE = '02:00:0a:00:02:01';

let clock: VirtualClock;
let network: MemoryNetwork;
/** Where frames arrived, in order. */
let arrived: string[];
beforeEach(() => {
  clock = new VirtualClock();
  network = new MemoryNetwork(TOPOLOGY, clock);
  arrived = [];
  for (const { name } of TOPOLOGY.hosts) {
    network.plug(name, { receive: (port) => arrived.push(`${name} ${port}`) });
  }
});

const capture = (host: string, port: string) =>
  network.captures.find((one) => one.host === host && one.interface === port)?.frames ?? [];

describe('a frame', () => {
  test('is brought to whom it is addressed, on its segment alone', () => {
    network.send('client', 'eth0', ipFrame(macOf('client'), macOf('director'), pattern(20)));
    network.send('client', 'eth0', ipFrame(macOf('client'), macOf('rs1'), pattern(20)));
    expect(arrived).toEqual([]);
    clock.advance(1);
    expect(arrived).toEqual(['director eth0']);
  });

  test('to everybody is brought to everybody else on the segment', () => {
    network.send('rs1', 'eth0', ipFrame(macOf('rs1'), BROADCAST_MAC, pattern(20)));
    clock.advance(1);
    expect(arrived).toEqual(['director eth1', 'rs2 eth0']);
  });

  test('is captured where it leaves and where it arrives, with its time', () => {
    const frame = ipFrame(macOf('rs1'), DIRECTOR_SERVER_SIDE, pattern(20));
    clock.advance(7);
    network.send('rs1', 'eth0', frame);
    clock.advance(1);
    expect(capture('rs1', 'eth0')).toEqual([{ timeMs: 7, direction: 'sent', frame }]);
    expect(capture('director', 'eth1')).toEqual([{ timeMs: 7.05, direction: 'received', frame }]);
    expect(capture('rs2', 'eth0')).toEqual([]);
  });

  test('that is larger than an MTU neither leaves nor arrives there', () => {
    const frame = ipFrame(macOf('rs1'), DIRECTOR_SERVER_SIDE, pattern(1500));
    network.setMtu('director', 'eth1', 1499);
    network.send('rs1', 'eth0', frame);
    network.setMtu('rs1', 'eth0', 1499);
    network.send('rs1', 'eth0', frame);
    clock.advance(1);
    expect(capture('rs1', 'eth0')).toHaveLength(1);
    expect(capture('director', 'eth1')).toEqual([]);
    network.setMtu('director', 'eth1', 1500);
    network.setMtu('rs1', 'eth0', 1500);
    network.send('rs1', 'eth0', frame);
    clock.advance(1);
    expect(capture('director', 'eth1')).toHaveLength(1);
  });
});

test('an interface that is not there is named', () => {
  expect(() => network.send('client', 'eth7', pattern(60))).toThrow('client has no interface eth7');
});
