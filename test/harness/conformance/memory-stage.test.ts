import { describe, expect, test } from 'vitest';
import type { CaseRun } from '../../../harness/conformance/case-run.ts';
import { playInMemory } from '../../../harness/conformance/memory-stage.ts';
import {
  ACK,
  FIN,
  hex,
  IPIP,
  type IpFields,
  icmpOf,
  icmpPacket,
  ipFrame,
  ipPacket,
  PSH,
  pattern,
  RST,
  readTcp,
  SYN,
  tcpOf,
  tcpPacket,
  udpOf,
  udpPacket,
} from '../../../lab/frames/index.ts';
import type { Mode } from '../../../lab/index.ts';
import { seededNumber, TcpClient, tcpServer, udpEcho } from '../../../lab/stations/index.ts';
import type { Stage } from '../../../scenarios/kit/stage.ts';

const MODES: readonly Mode[] = ['nat', 'dr', 'tun'];
const INDEX = 5;
const CIP = '198.18.5.1';
const CLIENT_PORT = 40_000;
const SEED = 7;

const play = (
  mode: Mode,
  script: (stage: Stage) => Promise<unknown>,
  index = INDEX,
  seed = SEED,
): Promise<CaseRun> => playInMemory({ play: script }, mode, { seed, index });

/** Plays what must come to its end. */
async function played<T>(mode: Mode, script: (stage: Stage) => Promise<T>): Promise<CaseRun & { played: T }> {
  const result = await play(mode, script);
  if (result.error !== undefined) throw result.error;
  return result as CaseRun & { played: T };
}

const serverPort = (mode: Mode) => (mode === 'nat' ? 9000 : 80);

async function withService(stage: Stage): Promise<void> {
  const target = `${stage.servers[0].address}:${serverPort(stage.mode)} ${stage.method}`;
  for (const protocol of ['-t', '-u']) {
    const service = `${protocol} ${stage.vip}:80`;
    await stage.director.rules(`-A ${service} -s rr`, `-a ${service} -r ${target}`);
  }
}

const request = (stage: Stage, ip: Partial<IpFields> = {}, bytes = 100) =>
  udpPacket(
    { source: CIP, destination: stage.vip, dontFragment: true, id: 9, ...ip },
    { sourcePort: CLIENT_PORT, destinationPort: 80, payload: pattern(bytes) },
  );

/** Frames of an interface as text, ARP left out. */
const on = (result: CaseRun, host: string, port: string) =>
  result.seen.on(host, port).map(({ bytes }) => hex(bytes));

const MAC = {
  client: '02:00:0a:00:01:02',
  gateway: '02:00:0a:00:01:01',
  router: '02:00:0a:00:02:fe',
  routerServers: '02:00:0a:00:03:fe',
  director: '02:00:0a:00:02:01',
  rs1: '02:00:0a:00:02:0b',
  tunnelRs1: '02:00:0a:00:03:0b',
};

const datagram = (
  [source, sourcePort]: readonly [string, number],
  [destination, destinationPort]: readonly [string, number],
  ip: Partial<IpFields> = {},
) => udpPacket({ source, destination, ...ip }, { sourcePort, destinationPort, payload: pattern(100) });

describe('a datagram and its echo, byte by byte', () => {
  const exchange = async (stage: Stage) => {
    await withService(stage);
    stage.servers[0].answer(udpEcho({ port: serverPort(stage.mode) }));
    stage.client.send(request(stage));
    return stage.client.next((packet) => udpOf(packet) !== undefined);
  };
  const ASKED = { dontFragment: true, id: 9 };

  test('by NAT', async () => {
    const result = await played('nat', exchange);
    const [client, virtual, real] = [
      [CIP, CLIENT_PORT],
      ['10.0.1.100', 80],
      ['10.0.2.11', 9000],
    ] as const;
    expect(on(result, 'client', 'eth0')).toEqual(
      [
        ipFrame(MAC.client, MAC.gateway, datagram(client, virtual, ASKED)),
        ipFrame(MAC.gateway, MAC.client, datagram(virtual, client, { ttl: 63 })),
      ].map(hex),
    );
    expect(on(result, 'rs1', 'eth0')).toEqual(
      [
        ipFrame(MAC.director, MAC.rs1, datagram(client, real, { ...ASKED, ttl: 63 })),
        ipFrame(MAC.rs1, MAC.director, datagram(real, client)),
      ].map(hex),
    );
    expect(result.played).toEqual(datagram(virtual, client, { ttl: 63 }));
  });

  test('by DR', async () => {
    const result = await played('dr', exchange);
    const [client, virtual] = [
      [CIP, CLIENT_PORT],
      ['10.0.2.100', 80],
    ] as const;
    expect(on(result, 'director', 'eth0')).toEqual(
      [
        ipFrame(MAC.router, MAC.director, datagram(client, virtual, { ...ASKED, ttl: 63 })),
        ipFrame(MAC.director, MAC.rs1, datagram(client, virtual, { ...ASKED, ttl: 62 })),
      ].map(hex),
    );
    expect(on(result, 'rs1', 'eth0')).toEqual(
      [
        ipFrame(MAC.director, MAC.rs1, datagram(client, virtual, { ...ASKED, ttl: 62 })),
        ipFrame(MAC.rs1, MAC.router, datagram(virtual, client)),
      ].map(hex),
    );
    expect(result.played).toEqual(datagram(virtual, client, { ttl: 63 }));
  });

  test('by TUN', async () => {
    const result = await played('tun', exchange);
    const [client, virtual] = [
      [CIP, CLIENT_PORT],
      ['10.0.2.100', 80],
    ] as const;
    const inner = datagram(client, virtual, { ...ASKED, ttl: 62 });
    const outer = (ttl: number) =>
      ipPacket({ source: '10.0.2.1', destination: '10.0.3.11', dontFragment: true, id: 0, ttl }, IPIP, inner);
    expect(on(result, 'director', 'eth0')).toEqual(
      [
        ipFrame(MAC.router, MAC.director, datagram(client, virtual, { ...ASKED, ttl: 63 })),
        ipFrame(MAC.director, MAC.router, outer(62)),
      ].map(hex),
    );
    expect(on(result, 'rs1', 'eth0')).toEqual(
      [
        ipFrame(MAC.routerServers, MAC.tunnelRs1, outer(61)),
        ipFrame(MAC.tunnelRs1, MAC.routerServers, datagram(virtual, client)),
      ].map(hex),
    );
    expect(result.played).toEqual(datagram(virtual, client, { ttl: 63 }));
  });
});

describe.each(MODES)('a TCP conversation by %s', (mode) => {
  const ISS = seededNumber(1, `${CIP}:${CLIENT_PORT}`);
  const talk = async (stage: Stage) => {
    await withService(stage);
    stage.servers[0].answer(tcpServer({ port: serverPort(mode), seed: 3 }));
    const tcp = new TcpClient(stage.client, {
      source: CIP,
      sourcePort: CLIENT_PORT,
      destination: stage.vip,
      destinationPort: 80,
    });
    const hello = await tcp.open();
    const echo = await tcp.send(pattern(50));
    const bye = await tcp.close();
    await stage.settle();
    return { hello, echo, bye, listed: await stage.director.ipvsadm('-Lnc') };
  };

  test('is opened, answered and closed, with the numbers that each side goes by', async () => {
    const { seen, played: said } = await played(mode, talk);
    const isn = said.hello?.sequence ?? 0;
    const add = (number: number, more: number) => (number + more) % 2 ** 32;
    const flow = seen.on('client', 'eth0').map(({ bytes }) => {
      const { ip, flags, sequence, acknowledgement, payload, isChecksumRight } = readTcp(bytes.subarray(14));
      expect(isChecksumRight).toBe(true);
      return [ip.source, flags, sequence, acknowledgement, payload.length];
    });
    const { vip } = seen;
    expect(flow).toEqual([
      [CIP, SYN, ISS, 0, 0],
      [vip, SYN | ACK, isn, add(ISS, 1), 0],
      [CIP, ACK, add(ISS, 1), add(isn, 1), 0],
      [CIP, PSH | ACK, add(ISS, 1), add(isn, 1), 50],
      [vip, PSH | ACK, add(isn, 1), add(ISS, 51), 50],
      [CIP, ACK, add(ISS, 51), add(isn, 51), 0],
      [CIP, FIN | ACK, add(ISS, 51), add(isn, 51), 0],
      [vip, FIN | ACK, add(isn, 51), add(ISS, 52), 0],
      [CIP, ACK, add(ISS, 52), add(isn, 52), 0],
    ]);
    expect(said.echo?.payload).toEqual(pattern(50));
    expect(said.listed).toContain(mode === 'nat' ? 'TIME_WAIT' : 'FIN_WAIT');
  });

  test('is the same for the same seed, to the byte and the microsecond', async () => {
    const [one, other] = [await play(mode, talk), await play(mode, talk)];
    expect(other.captures).toEqual(one.captures);
  });

  test('is sorted by side', async () => {
    const { seen } = await played(mode, talk);
    expect(seen.fromClients).toHaveLength(6);
    expect(seen.toServers).toHaveLength(6);
    const replies = mode === 'nat' ? 3 : 0;
    expect([seen.fromServers.length, seen.toClients.length]).toEqual([replies, replies]);
    expect([seen.at('rs1').length, seen.by('rs1').length, seen.at('rs2').length]).toEqual([6, 3, 0]);
    expect(seen.arp('rs1', 'eth0').length).toBeGreaterThan(0);
  });
});

describe('the director’s own stack', () => {
  test.each(MODES)('answers an echo request to the VIP (%s)', async (mode) => {
    const { played: answer } = await played(mode, (stage) => {
      stage.client.send(icmpPacket({ source: CIP, destination: stage.vip }, { type: 8, rest: 77 }));
      return stage.client.next((packet) => icmpOf(packet)?.type === 0);
    });
    expect(answer && icmpOf(answer)).toMatchObject({ rest: 77, isChecksumRight: true });
  });

  test.each(MODES)('resets and refuses what is for no service (%s)', async (mode) => {
    const { played: answers } = await played(mode, async (stage) => {
      await withService(stage);
      const ip = { source: CIP, destination: stage.vip };
      const ports = { sourcePort: CLIENT_PORT, destinationPort: 81 };
      stage.client.send(tcpPacket(ip, { ...ports, flags: SYN, sequence: 10 }));
      stage.client.send(udpPacket(ip, ports));
      await stage.settle();
      return stage.client.inbox;
    });
    expect(answers.map((packet) => tcpOf(packet)?.flags ?? icmpOf(packet)?.type)).toEqual([RST | ACK, 3]);
  });

  test('forwards what passes through, in NAT, until forwarding is off', async () => {
    const { seen } = await played('nat', async (stage) => {
      const packet = () =>
        udpPacket(
          { source: stage.servers[0].address, destination: CIP },
          { sourcePort: 1, destinationPort: 2 },
        );
      stage.servers[0].send(packet());
      await stage.settle();
      await stage.director.setIpForward(false);
      stage.servers[0].send(packet());
    });
    expect([seen.fromServers.length, seen.toClients.length]).toEqual([2, 1]);
  });
});

describe('what a case does to the director', () => {
  test('an MTU on the servers’ side counts for the core and for the link', async () => {
    const { played: error, seen } = await played('nat', async (stage) => {
      await withService(stage);
      await stage.director.setServerSideMtu(600);
      stage.client.send(request(stage, {}, 700));
      const answer = await stage.client.next((packet) => icmpOf(packet) !== undefined);
      return answer && icmpOf(answer);
    });
    expect(error).toMatchObject({ type: 3, code: 4, rest: 600, ip: { source: '10.0.1.100' } });
    expect(seen.toServers).toEqual([]);
  });

  test('time passes at once, and timers with it', async () => {
    const { played: counts } = await played('dr', async (stage) => {
      await withService(stage);
      stage.client.send(request(stage));
      await stage.settle();
      const before = (await stage.director.snapshot()).connections.length;
      await stage.wait(301_000);
      return [before, (await stage.director.snapshot()).connections.length];
    });
    expect(counts).toEqual([1, 0]);
  });

  test('a setting counts, under its own name', async () => {
    const { seen } = await played('nat', async (stage) => {
      await withService(stage);
      await stage.director.set('sloppy_tcp', 1);
      stage.client.send(
        tcpPacket(
          { source: CIP, destination: stage.vip },
          { sourcePort: CLIENT_PORT, destinationPort: 80, flags: ACK },
        ),
      );
    });
    expect(seen.toServers).toHaveLength(1);
  });

  test.each([
    [
      'rules',
      (stage: Stage) => stage.director.rules('-a -t 10.9.9.9:80 -r 10.0.2.11'),
      /Service not defined/,
    ],
    ['a command', (stage: Stage) => stage.director.ipvsadm('-D', '-t', '10.9.9.9:80'), /No such service/],
    ['a setting', (stage: Stage) => stage.director.set('no_such', 1), /there is no setting "no_such"/],
  ])('%s that are refused reject with the reason', async (_, script, message) => {
    const { error } = await play('nat', script);
    expect(error?.message).toMatch(message);
  });

  test('nothing of it is left for the next case', async () => {
    await play('nat', withService);
    const { played: snapshot } = await played('nat', (stage) => stage.director.snapshot());
    expect(snapshot).toMatchObject({ services: [], connections: [], totals: { inPackets: 0 } });
  });
});

test('what a script throws is the case’s, and what was captured till then is kept', async () => {
  const { error, seen } = await play('nat', async (stage) => {
    stage.client.send(request(stage));
    await stage.settle();
    throw new Error('the script is wrong');
  });
  expect(error?.message).toBe('the script is wrong');
  expect(seen.fromClients).toHaveLength(1);
});

test('a packet that a station cannot send fails the case with the reason', async () => {
  const { error } = await play('nat', async (stage) => {
    stage.client.send(request(stage, {}, 2000));
  });
  expect(error?.message).toContain('client is to send a packet of 2028 bytes that must not be cut');
});

test('every case has clients of its own', async () => {
  const address = async (index: number, n?: number) =>
    (await play('nat', async (stage) => stage.clientAddress(n), index)).played;
  expect(await address(0)).toBe('198.18.0.1');
  expect(await address(255, 250)).toBe('198.18.255.250');
  expect(await address(256, 2)).toBe('198.19.0.2');
  expect(await address(511)).toBe('198.19.255.1');
  expect((await play('nat', async (stage) => stage.clientAddress(), 512)).error?.message).toContain(
    'no case number 512',
  );
  expect((await play('nat', async (stage) => stage.clientAddress(251))).error?.message).toContain(
    'no client 251',
  );
});
