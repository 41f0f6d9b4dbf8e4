import { describe, expect, test } from 'vitest';
import { PROTOCOL } from '../../../director/wire/ipv4.ts';
import { VIP, World } from './world.ts';

const WEB = `${VIP}:80`;

function nat(scheduler = 'rr'): World {
  return new World(
    `-A -t ${WEB} -s ${scheduler}`,
    `-a -t ${WEB} -r 10.0.2.11:80 -m`,
    `-a -t ${WEB} -r 10.0.2.12:80 -m`,
  );
}

describe('a deleted server', () => {
  test('keeps its connections: requests are dropped, replies pass, and it comes back with what it had', () => {
    const world = nat();
    expect(world.tcp('S')).toBe('rs2');
    world.rules(`-d -t ${WEB} -r 10.0.2.12:80`);
    expect(world.tcp('A')).toBe('nothing');
    expect(world.tcpReply('SA', '10.0.2.12:80')).toBe(`client from ${VIP}`);
    expect(world.director.core.state.totals.outPackets).toBe(0);
    world.rules(`-a -t ${WEB} -r 10.0.2.12:80 -m`);
    expect(world.counts['10.0.2.12:80']).toBe('1/0/0');
    expect(world.tcp('A')).toBe('rs2');
  });

  test('comes back with its counters to the same service, without them to a new one', () => {
    const world = nat();
    world.tcp('S');
    const packets = () =>
      [...world.director.core.state.services.all()][0]?.destinations.map((one) => one.statistics.inPackets);
    world.rules(`-d -t ${WEB} -r 10.0.2.12:80`, `-a -t ${WEB} -r 10.0.2.12:80 -m`);
    expect(packets()).toEqual([1, 0]);
    world.rules(`-D -t ${WEB}`, `-A -t ${WEB} -s rr`, `-a -t ${WEB} -r 10.0.2.12:80 -m`);
    expect(packets()).toEqual([0]);
    expect(world.counts['10.0.2.12:80']).toBe('1/0/0');
  });

  test('is forgotten some minutes after its last connection', () => {
    const world = nat();
    world.tcp('S');
    world.rules(`-d -t ${WEB} -r 10.0.2.12:80`);
    const parked = () => [...world.director.core.state.services.parked()].length;
    // The connection lasts 60 s; then two minutes without a reference, looked at once a minute.
    world.wait(170);
    expect(parked()).toBe(1);
    world.wait(90);
    expect(parked()).toBe(0);
    world.rules(`-a -t ${WEB} -r 10.0.2.12:80 -m`);
    expect(world.tcp('S')).toBe('rs2');
  });

  test('loses its connections at once if expire_nodest_conn says so', () => {
    const world = nat();
    world.set({ expire_nodest_conn: 1 });
    expect(world.tcp('S')).toBe('rs2');
    expect(world.tcp('S', { client: '10.8.0.1:2' })).toBe('rs1');
    world.rules(`-d -t ${WEB} -r 10.0.2.12:80`);
    world.wait(0.1);
    expect(world.connections).toEqual([`TCP SYN_RECV 10.8.0.1:2 ${WEB} 10.0.2.11:80`]);
    expect(world.tcp('A')).toBe('stack');
    expect(world.tcp('S')).toBe('rs1');
  });

  test('takes its templates with it then', () => {
    const world = new World(
      `-A -t ${WEB} -s rr -p 600`,
      `-a -t ${WEB} -r 10.0.2.11:80 -m`,
      `-a -t ${WEB} -r 10.0.2.12:80 -m`,
    );
    world.set({ expire_nodest_conn: 1 });
    world.tcp('S');
    world.tcp('A');
    world.rules(`-d -t ${WEB} -r 10.0.2.12:80`);
    world.wait(0.1);
    expect(world.connections).toEqual([]);
  });

  test('lets a packet that is not a SYN start anew only under sloppy_tcp', () => {
    const world = nat();
    world.set({ expire_nodest_conn: 1, sloppy_tcp: 1 });
    expect(world.tcp('S')).toBe('rs2');
    world.rules(`-d -t ${WEB} -r 10.0.2.12:80`);
    expect(world.tcp('A')).toBe('rs1');
    expect(world.connections).toEqual([`TCP ESTABLISHED 10.8.0.1:1000 ${WEB} 10.0.2.11:80`]);
  });
});

describe('a SYN for a connection that is as good as over', () => {
  function closed(world: World): void {
    world.tcp('S');
    world.tcp('A');
    world.tcp('R');
  }

  test('is scheduled anew', () => {
    const world = nat();
    closed(world);
    expect(world.tcp('S')).toBe('rs1');
    expect(world.connections).toEqual([`TCP SYN_RECV 10.8.0.1:1000 ${WEB} 10.0.2.11:80`]);
  });

  test('is scheduled while the old connection still counts', () => {
    const world = nat('wlc');
    closed(world);
    // rs2 has one inactive connection, the one that is being replaced, so rs1 is the less loaded.
    expect(world.tcp('S')).toBe('rs1');
    expect(world.counts).toEqual({ '10.0.2.12:80': '0/0/0', '10.0.2.11:80': '1/0/0' });
  });

  test('stays with its server if conn_reuse_mode is 0', () => {
    const world = nat();
    world.set({ conn_reuse_mode: 0 });
    closed(world);
    expect(world.tcp('S')).toBe('rs2');
  });

  test('counts FIN_WAIT of DR as over only where mode 2 says so', () => {
    for (const [mode, server] of [
      [1, 'rs2'],
      [2, 'rs1'],
      [3, 'rs1'],
    ] as const) {
      const world = new World(
        `-A -t ${WEB} -s rr`,
        `-a -t ${WEB} -r 10.0.2.11:80 -g`,
        `-a -t ${WEB} -r 10.0.2.12:80 -g`,
      );
      world.set({ conn_reuse_mode: mode });
      world.tcp('S');
      world.tcp('A');
      world.tcp('FA');
      expect(world.tcp('S')).toBe(server);
    }
  });

  test('leaves a quiesced server if expire_nodest_conn is set, whatever the state', () => {
    const world = nat();
    world.set({ expire_nodest_conn: 1 });
    world.tcp('S');
    world.rules(`-e -t ${WEB} -r 10.0.2.12:80 -m -w 0`);
    expect(world.tcp('A')).toBe('rs2');
    expect(world.tcp('S')).toBe('rs1');
  });
});

test('packets from port 20, RST and stray segments open nothing', () => {
  const world = nat();
  expect(world.tcp('S', { client: '10.8.0.1:20' })).toBe('stack');
  expect(world.tcp('R')).toBe('stack');
  expect(world.tcp('A')).toBe('stack');
  expect(world.tcp('SA')).toBe('rs2');
});

test('drop_packet 3 drops the first packet that would open a connection, and then every tenth', () => {
  const world = nat();
  world.set({ drop_packet: 3 });
  const seen = Array.from({ length: 21 }, (_, i) => world.tcp('S', { client: `10.8.0.1:${2000 + i}` }));
  expect(seen.flatMap((what, i) => (what === 'nothing' ? [i] : []))).toEqual([0, 10, 20]);
});

describe('SCTP', () => {
  const [DATA, INIT, ABORT, COOKIE_ECHO, SHUTDOWN] = [0, 1, 6, 10, 7];
  const DIAMETER = `${VIP}:80`;

  function world(method: string): World {
    return new World(
      `-A --sctp-service ${DIAMETER} -s rr`,
      `-a --sctp-service ${DIAMETER} -r 10.0.2.11:80 ${method}`,
      `-a --sctp-service ${DIAMETER} -r 10.0.2.12:80 ${method}`,
    );
  }

  test('opens with INIT only, unless sloppy_sctp', () => {
    const strict = world('-g');
    expect(strict.sctp([DATA])).toBe('stack');
    expect(strict.sctp([ABORT])).toBe('stack');
    expect(strict.sctp([])).toBe('nothing');
    expect(strict.sctp([INIT])).toBe('rs2');
    strict.set({ sloppy_sctp: 1 });
    expect(strict.sctp([DATA], { client: '10.8.0.1:2' })).toBe('rs1');
    expect(strict.sctp([ABORT], { client: '10.8.0.1:3' })).toBe('stack');
  });

  test('walks through its states and counts as active while established', () => {
    const w = world('-g');
    w.sctp([INIT]);
    expect(w.connections).toEqual([`SCTP INIT1 10.8.0.1:1000 ${DIAMETER} 10.0.2.12:80`]);
    expect(w.counts['10.0.2.12:80']).toBe('0/1/0');
    w.sctp([COOKIE_ECHO]);
    expect(w.counts['10.0.2.12:80']).toBe('1/0/0');
    expect(w.secondsLeft('ESTABLISHED')).toBe(900);
    w.sctp([SHUTDOWN]);
    expect(w.secondsLeft('S-RECEIVED')).toBe(61);
    expect(w.counts['10.0.2.12:80']).toBe('0/1/0');
    w.wait(62);
    expect(w.connections).toEqual([]);
  });

  test('an ABORT behind a cookie counts, and an INIT in CLOSED is scheduled anew', () => {
    const w = world('-m');
    w.sctp([INIT]);
    w.sctp([COOKIE_ECHO, ABORT]);
    expect(w.secondsLeft('CLOSED')).toBe(61);
    expect(w.sctp([INIT])).toBe('rs1');
  });
});

test('AH and ESP follow the connection of their key exchange, and open none', () => {
  const ike = `${VIP}:500`;
  const world = new World(`-A -u ${ike} -s rr`, `-a -u ${ike} -r 10.0.2.11:500 -m`);
  const key = Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0, 0, 0, 1, 2, 3, 4, 5);
  expect(world.ip(PROTOCOL.esp, key, '10.8.0.1', VIP)).toBe('stack');
  expect(world.udp({ client: '10.8.0.1:500', virtual: ike })).toBe('rs1');
  world.wait(100);
  for (const protocol of [PROTOCOL.esp, PROTOCOL.ah]) {
    expect(world.ip(protocol, key, '10.8.0.1', VIP)).toBe('rs1');
    expect(world.ip(protocol, key, '10.8.0.2', VIP)).toBe('stack');
  }
  // They keep it alive.
  world.wait(250);
  expect(world.connections).toHaveLength(1);
});
