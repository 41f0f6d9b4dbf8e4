import { describe, expect, test } from 'vitest';
import { VIP, World } from './world.ts';

const SERVERS = [
  `-a -t ${VIP}:80 -r 10.0.2.11:80 -m`,
  `-a -t ${VIP}:80 -r 10.0.2.12:80 -m`,
  `-a -t ${VIP}:80 -r 10.0.2.13:80 -m`,
];

function web(options: string, servers = SERVERS): World {
  return new World(`-A -t ${VIP}:80 -s rr ${options}`, ...servers);
}

/** Opens a connection and closes it by RST, so that its entry is gone in ten seconds. */
function visit(world: World, client: string, virtual = `${VIP}:80`): string {
  const server = world.tcp('S', { client, virtual });
  world.tcp('A', { client, virtual });
  world.tcp('R', { client, virtual });
  return server;
}

describe('a persistent service', () => {
  test('sends a client to the server of its first connection', () => {
    const world = web('-p 60');
    expect(visit(world, '10.8.0.1:1')).toBe('rs3');
    expect(visit(world, '10.8.0.2:1')).toBe('rs2');
    expect(visit(world, '10.8.0.1:2')).toBe('rs3');
    expect(world.counts['10.0.2.13:80']).toBe('0/2/1');
  });

  test('takes clients for one that are the same under the netmask', () => {
    const world = web('-p 60 -M 255.255.255.0');
    expect(visit(world, '10.8.7.1:1')).toBe('rs3');
    expect(visit(world, '10.8.7.200:1')).toBe('rs3');
    expect(visit(world, '10.8.8.1:1')).toBe('rs2');
    expect(world.connections.filter((one) => one.includes(':0 '))).toEqual([
      `TCP ASSURED 10.8.7.0:0 ${VIP}:80 10.0.2.13:80`,
      `TCP ASSURED 10.8.8.0:0 ${VIP}:80 10.0.2.12:80`,
    ]);
  });

  test('calls a template assured once a connection was established', () => {
    const world = web('-p 60');
    world.tcp('S');
    expect(world.connections).toContain(`TCP NONE 10.8.0.1:0 ${VIP}:80 10.0.2.13:80`);
    world.tcp('A');
    expect(world.connections).toContain(`TCP ASSURED 10.8.0.1:0 ${VIP}:80 10.0.2.13:80`);
  });

  test('starts the time of a template anew with each connection, not with each packet', () => {
    const world = web('-p 100');
    visit(world, '10.8.0.1:1');
    world.wait(40);
    expect(world.secondsLeft('ASSURED')).toBe(60);
    world.tcp('S', { client: '10.8.0.1:2' });
    expect(world.secondsLeft('ASSURED')).toBe(100);
    world.wait(10);
    world.tcp('A', { client: '10.8.0.1:2' });
    expect(world.secondsLeft('ASSURED')).toBe(90);
  });

  test('keeps a template for another minute as long as connections need it, and 60 s from then on', () => {
    const world = web('-p 20');
    world.tcp('S');
    world.tcp('A');
    world.wait(25);
    expect(world.secondsLeft('ASSURED')).toBe(55);
    world.tcp('S', { client: '10.8.0.1:2' });
    expect(world.secondsLeft('ASSURED')).toBe(60);
  });

  test('forgets the client once the template is gone', () => {
    const world = web('-p 20');
    expect(visit(world, '10.8.0.1:1')).toBe('rs3');
    world.wait(21);
    expect(world.connections).toEqual([]);
    expect(world.counts['10.0.2.13:80']).toBe('0/0/0');
    expect(visit(world, '10.8.0.1:2')).toBe('rs2');
  });

  test('keeps to a server that is quiesced or full, but not to one that was deleted', () => {
    const world = web('-p 60', [
      `-a -t ${VIP}:80 -r 10.0.2.11:80 -m`,
      `-a -t ${VIP}:80 -r 10.0.2.12:80 -m -x 1`,
    ]);
    expect(visit(world, '10.8.0.1:1')).toBe('rs2');
    expect(visit(world, '10.8.0.2:1')).toBe('rs1');
    expect(visit(world, '10.8.0.1:2')).toBe('rs2');
    world.rules(`-e -t ${VIP}:80 -r 10.0.2.12:80 -m -w 0`);
    expect(visit(world, '10.8.0.1:3')).toBe('rs2');
    world.rules(`-d -t ${VIP}:80 -r 10.0.2.12:80`);
    expect(visit(world, '10.8.0.1:4')).toBe('rs1');
    expect(world.connections).toContain(`TCP ASSURED 10.8.0.1:0 ${VIP}:65535 10.0.2.12:65535`);
  });

  test('leaves a quiesced server if expire_quiescent_template says so', () => {
    const world = web('-p 60');
    world.set({ expire_quiescent_template: 1 });
    expect(visit(world, '10.8.0.1:1')).toBe('rs3');
    world.rules(`-e -t ${VIP}:80 -r 10.0.2.13:80 -m -w 0`);
    expect(visit(world, '10.8.0.1:2')).toBe('rs2');
    world.rules(`-e -t ${VIP}:80 -r 10.0.2.13:80 -m`);
    expect(visit(world, '10.8.0.1:3')).toBe('rs2');
  });

  test('never gives a connection that it controls to another server, however closed', () => {
    const world = web('-p 60');
    expect(visit(world, '10.8.0.1:1')).toBe('rs3');
    world.rules(`-e -t ${VIP}:80 -r 10.0.2.13:80 -m -w 0`);
    expect(world.tcp('S', { client: '10.8.0.1:1' })).toBe('rs3');
    expect(world.connections.filter((one) => one.includes('10.8.0.1:1 '))).toHaveLength(1);
  });
});

test('every port of an address is one service where the port is 0', () => {
  const any = `${VIP}:0`;
  const world = new World(
    `-A -t ${any} -s rr -p 60`,
    `-a -t ${any} -r 10.0.2.11:0 -m`,
    `-a -t ${any} -r 10.0.2.12:0 -m`,
  );
  expect(visit(world, '10.8.0.1:1', `${VIP}:80`)).toBe('rs2');
  expect(visit(world, '10.8.0.1:2', `${VIP}:443`)).toBe('rs2');
  expect(visit(world, '10.8.0.2:1', `${VIP}:443`)).toBe('rs1');
  expect(world.connections.filter((one) => one.includes(':0 '))).toEqual([
    `TCP ASSURED 10.8.0.1:0 ${VIP}:0 10.0.2.12:0`,
    `TCP ASSURED 10.8.0.2:0 ${VIP}:0 10.0.2.11:0`,
  ]);
  expect(world.connections).toContain(`TCP CLOSE 10.8.0.1:2 ${VIP}:443 10.0.2.12:443`);
});

test('an FTP service gets its data connections if it is persistent', () => {
  const ftp = `${VIP}:21`;
  const servers = [`-a -t ${ftp} -r 10.0.2.11 -g`, `-a -t ${ftp} -r 10.0.2.12 -g`];
  const world = new World(`-A -t ${ftp} -s rr -p 60`, ...servers);
  expect(visit(world, '10.8.0.1:1', ftp)).toBe('rs2');
  expect(visit(world, '10.8.0.1:2', `${VIP}:40000`)).toBe('rs2');
  expect(visit(world, '10.8.0.1:3', `${VIP}:20`)).toBe('rs2');
  // Ports that may not be FTP's data stay the stack's.
  expect(world.tcp('S', { virtual: `${VIP}:80` })).toBe('stack');
  const plain = new World(`-A -t ${ftp} -s rr`, ...servers);
  expect(plain.tcp('S', { virtual: `${VIP}:40000` })).toBe('stack');
  expect(plain.tcp('S', { virtual: ftp })).toBe('rs2');
});

describe('one-packet scheduling', () => {
  const dns = `${VIP}:53`;
  const servers = [`-a -u ${dns} -r 10.0.2.11:53 -m`, `-a -u ${dns} -r 10.0.2.12:53 -m`];

  test('schedules each datagram, remembers none, and counts each as a connection', () => {
    const world = new World(`-A -u ${dns} -s rr -o`, ...servers);
    const seen = Array.from({ length: 4 }, () => world.udp({ virtual: dns }));
    expect(seen).toEqual(['rs2', 'rs1', 'rs2', 'rs1']);
    expect(world.connections).toEqual([]);
    expect(world.counts).toEqual({ '10.0.2.12:53': '0/0/0', '10.0.2.11:53': '0/0/0' });
    expect(world.director.core.state.totals.connections).toBe(4);
    // Nothing is left by which a reply could be known.
    expect(world.udpReply('10.0.2.12:53')).toBe('stack');
  });

  test('with persistence keeps the template', () => {
    const world = new World(`-A -u ${dns} -s rr -o -p 60`, ...servers);
    expect([world.udp({ virtual: dns }), world.udp({ virtual: dns })]).toEqual(['rs2', 'rs2']);
    expect(world.connections).toEqual([`UDP NONE 10.8.0.1:0 ${dns} 10.0.2.12:53`]);
    world.wait(61);
    expect(world.connections).toEqual([]);
  });

  test('a server with room for one connection takes every datagram', () => {
    const world = new World(`-A -u ${dns} -s rr -o`, `-a -u ${dns} -r 10.0.2.11:53 -m -x 1`);
    expect([world.udp({ virtual: dns }), world.udp({ virtual: dns })]).toEqual(['rs1', 'rs1']);
  });
});

test('a UDP template is assured by a reply', () => {
  const dns = `${VIP}:53`;
  const world = new World(`-A -u ${dns} -s rr -p 60`, `-a -u ${dns} -r 10.0.2.11:53 -m`);
  world.udp({ virtual: dns });
  world.udp({ virtual: dns });
  expect(world.connections).toContain(`UDP NONE 10.8.0.1:0 ${dns} 10.0.2.11:53`);
  expect(world.udpReply('10.0.2.11:53')).toBe(`client from ${VIP}`);
  expect(world.connections).toContain(`UDP ASSURED 10.8.0.1:0 ${dns} 10.0.2.11:53`);
});
