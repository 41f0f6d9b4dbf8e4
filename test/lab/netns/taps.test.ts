import { execa } from 'execa';
import { expect, it } from 'vitest';
import {
  arpQuestion,
  echoRequest,
  ethernetFrame,
  ipFrame,
  ipNumber,
  readArp,
  readEthernet,
  SYN,
  tcpPacket,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { bringUp, type Lab, topologies, withBareHosts } from '../../../lab/index.ts';
import type { TappedFrame } from '../../../lab/netns/tap.ts';
import { Taps } from '../../../lab/netns/taps.ts';
import { until } from '../../../lab/netns/until.ts';
import { describeAsRoot } from '../../root.ts';
import { temporaryRunDirectory } from '../fixtures/traces.ts';

const CLIENT = { mac: '02:00:0a:00:01:02', ip: '10.0.1.2' };
const DIRECTOR = { mac: '02:00:0a:00:01:01', ip: '10.0.1.1' };

/** A network in which only the director is a real host, and everything that is seen in it. */
async function tapped() {
  const directory = await temporaryRunDirectory();
  const topology = withBareHosts(topologies.nat({ servers: 1 }), ['director']);
  const lab = await bringUp(topology, { runDirectory: directory.path });
  const seen: TappedFrame[] = [];
  const taps = Taps.open(lab, (frame) => seen.push(frame));
  return {
    lab,
    taps,
    seen,
    on: (host: string, port = 'eth0') => seen.filter((one) => one.host === host && one.port === port),
    async [Symbol.asyncDispose]() {
      taps[Symbol.dispose]();
      await lab[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const question = (targetIp: string) => arpQuestion(CLIENT.mac, CLIENT.ip, targetIp);

/** Of a type for experiments (IEEE 802): no stack says anything to it. */
const NUMBERED = 0x88b5;

const numbered = (id: number, bytes = 100) => {
  const payload = new Uint8Array(bytes);
  new DataView(payload.buffer).setUint16(0, id);
  return ethernetFrame({ source: CLIENT.mac, destination: DIRECTOR.mac, etherType: NUMBERED, payload });
};

const idOf = ({ bytes }: TappedFrame) => (bytes[14]! << 8) | bytes[15]!;

describeAsRoot('taps', () => {
  it('see a question and the real host’s answer on both ends of the link, with whose they are and when', async () => {
    await using net = await tapped();
    net.taps.send('client', 'eth0', question(DIRECTOR.ip));
    const answer = await until(() => net.on('client').find(({ outgoing }) => !outgoing), { limitMs: 10_000 });
    expect(readArp(readEthernet(answer!.bytes).payload)).toMatchObject({
      senderMac: DIRECTOR.mac,
      senderIp: DIRECTOR.ip,
      targetMac: CLIENT.mac,
    });
    expect(net.on('client').map(({ outgoing }) => outgoing)).toEqual([true, false]);
    expect(net.on('director').map(({ outgoing }) => outgoing)).toEqual([false, true]);
    expect(net.on('director').map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
      net.on('client').map(({ bytes }) => Buffer.from(bytes).toString('hex')),
    );
    const times = net.seen.map(({ seconds, nanoseconds }) => seconds * 1e9 + nanoseconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.abs(Date.now() / 1000 - net.seen[0]!.seconds)).toBeLessThan(60);
    expect(net.taps.lost()).toEqual([]);
  });

  it('see every frame of a burst, in order', async () => {
    await using net = await tapped();
    for (let id = 0; id < 1500; id++) net.taps.send('client', 'eth0', numbered(id));
    net.taps.drain();
    const ids = Array.from({ length: 1500 }, (_, id) => id);
    expect(net.on('client').map(idOf)).toEqual(ids);
    await until(() => net.on('director').length === 1500 || undefined, { limitMs: 10_000 });
    expect(net.on('director').map(idOf)).toEqual(ids);
    expect(net.taps.lost()).toEqual([]);
  });

  it('know of frames for which there was no room', async () => {
    await using net = await tapped();
    for (let id = 0; id < 5000; id++) net.taps.send('client', 'eth0', numbered(id));
    net.taps.drain();
    const [client] = net.taps.lost();
    expect(client).toMatchObject({ host: 'client', port: 'eth0' });
    expect(client!.frames + net.on('client').length).toBe(5000);
    expect(net.taps.lost()[0]).toEqual(client);
  });

  it('hand on what their reader sends at once, before a drain ends', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab: Lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    const seen: TappedFrame[] = [];
    using taps = Taps.open(lab, (frame) => {
      seen.push(frame);
      if (frame.outgoing && frame.host === 'client' && idOf(frame) < 10) {
        taps.send('client', 'eth0', numbered(idOf(frame) + 1));
      }
    });
    taps.send('client', 'eth0', numbered(1));
    taps.drain();
    expect(seen.filter(({ host, outgoing }) => host === 'client' && outgoing).map(idOf)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  it('say which frame was not sent and why, and where there is no such interface', async () => {
    await using net = await tapped();
    expect(() => net.taps.send('client', 'eth0', numbered(1, 2000))).toThrow(/send failed: EMSGSIZE/);
    expect(() => net.taps.send('client', 'eth7', numbered(1))).toThrow(/no interface eth7 of client/);
  });

  it('refuse what no wire carries: a frame larger than they were told the link takes', async () => {
    await using net = await tapped();
    const client = net.lab.host('client');
    await client.run('ip', ['link', 'set', 'eth0', 'mtu', '9000']);
    const fabric = client.namespace.replace(/client$/, 'fabric');
    await execa('ip', ['-n', fabric, 'link', 'set', 'client.eth0', 'mtu', '9000']);
    net.taps.send('client', 'eth0', numbered(1, 5000));
    await expect(net.taps.failed).rejects.toThrow(/client eth0: a frame of 5014 bytes was seen/);
  });

  it('give nothing and take nothing when they are closed', async () => {
    await using net = await tapped();
    net.taps.send('client', 'eth0', numbered(1));
    net.taps[Symbol.dispose]();
    net.taps.drain();
    expect(net.seen).toEqual([]);
    expect(() => net.taps.send('client', 'eth0', numbered(2))).toThrow(
      /no interface eth0 of client to send on/,
    );
  });

  it('pass on the error of their reader, once', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab: Lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    using taps = Taps.open(lab, () => {
      throw new Error('the reader is at its end');
    });
    taps.send('client', 'eth0', numbered(1));
    await expect(taps.failed).rejects.toThrow('the reader is at its end');
  });
});

describeAsRoot('hosts without a stack', () => {
  it('say nothing to ARP, ping, TCP and UDP, whatever address is asked for', async () => {
    await using net = await tapped();
    const rs1 = { mac: '02:00:0a:00:02:0b', ip: '10.0.2.11' };
    const asker = { mac: '02:00:0a:00:02:01', ip: '10.0.2.1' };
    const addresses = [rs1.ip, '10.0.2.255', '255.255.255.255', '224.0.0.1', '127.0.0.1'];
    const ports = { sourcePort: 1000, destinationPort: 80 };
    for (const destination of addresses) {
      const ip = { source: asker.ip, destination };
      const frames = [
        arpQuestion(asker.mac, asker.ip, destination),
        ...[
          echoRequest(ip, { id: 1, sequence: 1 }),
          udpPacket(ip, ports),
          tcpPacket(ip, { ...ports, sequence: 1, flags: SYN }),
        ].map((packet) => ipFrame(asker.mac, rs1.mac, packet)),
      ];
      for (const frame of frames) net.taps.send('director', 'eth1', frame);
    }
    await until(() => net.on('rs1').length >= 20 || undefined, { limitMs: 10_000 });
    // What its stack answers, it answers within the call that sends; a last question to a real host comes after that.
    net.taps.send('client', 'eth0', question(DIRECTOR.ip));
    await until(() => net.on('client').find(({ outgoing }) => !outgoing), { limitMs: 10_000 });
    expect(net.on('rs1').filter(({ outgoing }) => outgoing)).toEqual([]);
    expect(net.on('rs1')).toHaveLength(20);
  });

  it('keep their links and lose addresses, routes and what they hold on lo', () => {
    const topology = topologies.tun({ servers: 1 });
    const bare = withBareHosts(topology, ['director']);
    expect(bare.hosts.find(({ name }) => name === 'director')).toEqual(
      topology.hosts.find(({ name }) => name === 'director'),
    );
    const server = bare.hosts.find(({ name }) => name === 'rs1')!;
    expect(server).toMatchObject({ loopback: [], routes: [] });
    expect(server.decapsulates).toBeUndefined();
    expect(server.interfaces.map(({ mac, addresses }) => [mac, addresses])).toEqual(
      topology.hosts.find(({ name }) => name === 'rs1')!.interfaces.map(({ mac }) => [mac, []]),
    );
    expect(ipNumber('10.0.3.11')).toBe(0x0a00030b);
  });
});
