import { describe, expect, test } from 'vitest';
import { parseMark } from '../../../director/services/marks.ts';
import { RuleError } from '../../../director/services/rule-error.ts';
import { World } from '../connections/world.ts';

type Words = Parameters<typeof parseMark>[0];

function marked(marks: readonly Words[], ...rules: string[]): World {
  const world = new World();
  for (const words of marks) world.director.core.state.marks.set(parseMark(words));
  world.rules(...rules);
  return world;
}

const SERVERS = ['-a -f 7 -r 10.0.2.11 -m', '-a -f 7 -r 10.0.2.12 -m'];

test('marked packets belong to the service of their mark, whatever address they carry', () => {
  const world = marked([{ dst: '10.77.0.0/16', set: '7' }], '-A -f 7 -s rr', ...SERVERS);
  expect(world.tcp('S', { virtual: '10.77.1.1:443' })).toBe('rs2');
  expect(world.udp({ virtual: '10.77.2.2:53' })).toBe('rs1');
  expect(world.tcp('S', { virtual: '10.78.0.1:443' })).toBe('stack');
  expect(world.connections).toEqual([
    'TCP SYN_RECV 10.8.0.1:1000 10.77.1.1:443 10.0.2.12:443',
    'UDP UDP 10.8.0.1:1000 10.77.2.2:53 10.0.2.11:53',
  ]);
  expect(world.tcpReply('SA', '10.0.2.12:443')).toBe('client from 10.77.1.1');
});

test('a mark may ask for a protocol and a port, and the last rule that matches counts', () => {
  const world = marked(
    [
      { dst: '10.77.0.0/16', set: '7' },
      { dst: '10.77.1.0/24', proto: 'tcp', dport: '80', set: '8' },
    ],
    '-A -f 7 -s rr',
    '-a -f 7 -r 10.0.2.11 -m',
    '-A -f 8 -s rr',
    '-a -f 8 -r 10.0.2.12 -m',
  );
  expect(world.tcp('S', { virtual: '10.77.1.1:80' })).toBe('rs2');
  expect(world.tcp('S', { virtual: '10.77.1.1:81' })).toBe('rs1');
  expect(world.udp({ virtual: '10.77.1.1:80' })).toBe('rs1');
});

test('a mark without a service leaves packets to the stack, and a service by address still has them', () => {
  const world = marked(
    [{ dst: '10.99.0.1', set: '9' }],
    '-A -t 10.99.0.1:80 -s rr',
    '-a -t 10.99.0.1:80 -r 10.0.2.11:80 -m',
  );
  expect(world.tcp('S')).toBe('rs1');
  expect(world.tcp('S', { virtual: '10.99.0.1:81' })).toBe('stack');
});

test('all addresses, ports and protocols of a mark share one template', () => {
  const world = marked(
    [{ dst: '10.77.0.0/16', set: '7' }],
    '-A -f 7 -s rr -p 60 -M 255.255.255.0',
    ...SERVERS,
  );
  expect(world.tcp('S', { virtual: '10.77.1.1:443' })).toBe('rs2');
  expect(world.udp({ virtual: '10.77.2.2:53', client: '10.8.0.9:5' })).toBe('rs2');
  expect(world.connections).toContain('IP NONE 10.8.0.0:0 0.0.0.7:0 10.0.2.12:0');
});

describe('cache_bypass', () => {
  test('forwards to where the packet was going if the service has no server', () => {
    const world = marked([{ dst: '10.0.2.13', set: '7' }], '-A -f 7 -s rr');
    expect(world.udp({ virtual: '10.0.2.13:8000' })).toBe('icmp');
    world.set({ cache_bypass: 1 });
    expect(world.udp({ virtual: '10.0.2.13:8000' })).toBe('rs3');
    expect(world.connections).toEqual(['UDP UDP 10.8.0.1:1000 10.0.2.13:8000 0.0.0.0:0']);
    expect(world.director.core.state.totals.connections).toBe(0);
  });

  test("is not for the machine's own addresses, nor for services with an address", () => {
    const world = marked([{ dst: '10.99.0.2', set: '7' }], '-A -f 7 -s rr', '-A -t 10.99.0.1:80 -s rr');
    world.set({ cache_bypass: 1 });
    expect(world.tcp('S', { virtual: '10.99.0.2:80' })).toBe('icmp');
    expect(world.tcp('S')).toBe('icmp');
  });
});

test.each<[string, Words]>([
  ['destination', { dst: '10.77', set: '1' }],
  ['prefix length', { dst: '10.77.0.0/33', set: '1' }],
  ['port', { dst: '10.77.0.0/16', dport: '0', set: '1' }],
  ['protocol', { dst: '10.77.0.0/16', proto: 'icmp', set: '1' }],
  ['mark', { dst: '10.77.0.0/16', set: '4294967296' }],
])('refuses an illegal %s', (what, words) => {
  expect(() => parseMark(words)).toThrow(RuleError);
  expect(() => parseMark(words)).toThrow(what);
});
