import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bringUp, type Lab, type LabProcess, topologies } from '../../../lab/index.ts';
import { until } from '../../../lab/netns/until.ts';
import { describeAsRoot } from '../../root.ts';
import { type Ipv4, ipv4, udp } from '../fixtures/packets.ts';
import { packetsIn, temporaryRunDirectory } from '../fixtures/traces.ts';

const SEND = fileURLToPath(new URL('../fixtures/send-raw.ts', import.meta.url));
const LISTEN = fileURLToPath(new URL('../fixtures/udp-listen.ts', import.meta.url));
const PORT = 7000;

describeAsRoot('TUN servers take off the outer IP header', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  let lab: Lab;
  let listener: LabProcess;

  beforeAll(async () => {
    directory = await temporaryRunDirectory();
    lab = await bringUp(topologies.tun({ servers: 2 }), { runDirectory: directory.path });
    listener = await lab
      .host('rs1')
      .start('listener', process.execPath, [LISTEN, lab.topology.vip, `${PORT}`], { ready: /^ready$/m });
  });

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  const inner = (text: string) =>
    ipv4({
      source: lab.topology.cip,
      destination: lab.topology.vip,
      protocol: 17,
      payload: udp({ from: 4000, to: PORT, text }),
    });

  const outer = (payload: Buffer, more: Partial<Ipv4> = {}) =>
    ipv4({ source: lab.topology.dip, destination: '10.0.3.11', protocol: 4, payload, ...more });

  const send = (...packets: Buffer[]) =>
    lab.host('director').run(process.execPath, [SEND, ...packets.map((packet) => packet.toString('hex'))]);

  const heard = (text: string) =>
    until(async () => (await listener.output()).split('\n').find((line) => line.endsWith(` says ${text}`)), {
      limitMs: 5_000,
    });

  it('says how', () => {
    expect(lab.decapsulation).toMatch(/^(kernel ipip \(tunl0\)|BPF program at tcx ingress)$/);
  });

  it('so that a tunnelled packet from the director reaches a socket on the VIP, and captures show it as it came', async () => {
    await using captures = await lab.capture([{ host: 'rs1', interface: 'eth0' }], `${directory.path}/first`);
    await send(outer(inner('through the tunnel')));
    expect(await heard('through the tunnel')).toBe(`${lab.topology.cip} says through the tunnel`);
    const [file] = await captures.stop();
    const tunnelled = await packetsIn(file!.file, 'ip proto 4');
    expect(tunnelled).toHaveLength(1);
    expect(tunnelled[0]).toMatch(/10\.0\.2\.1 > 10\.0\.3\.11:.*10\.0\.1\.2\.4000 > 10\.0\.2\.100\.7000/s);
  });

  it('whatever its size up to a full frame', async () => {
    const text = 'x'.repeat(1500 - 20 - 20 - 8);
    await send(outer(inner(text)));
    expect(await heard(text)).toBeDefined();
  });

  it('of protocol 4 alone: the same bytes under another protocol number stay wrapped', async () => {
    await send(outer(inner('protocol 47'), { protocol: 47 }), outer(inner('after 47')));
    expect(await heard('after 47')).toBeDefined();
    expect(await listener.output()).not.toContain('protocol 47');
  });

  it('of whole packets alone: the first fragment of one is not mistaken for all of it', async () => {
    await send(outer(inner('first fragment'), { moreFragments: true }), outer(inner('after fragment')));
    expect(await heard('after fragment')).toBeDefined();
    expect(await listener.output()).not.toContain('first fragment');
  });

  it('and leave an ordinary packet for their own address alone', async () => {
    const own = await lab
      .host('rs1')
      .start('own', process.execPath, [LISTEN, '10.0.3.11', '7001'], { ready: /^ready$/m });
    await send(
      ipv4({
        source: lab.topology.dip,
        destination: '10.0.3.11',
        protocol: 17,
        payload: udp({ from: 4000, to: 7001, text: 'plain' }),
      }),
    );
    expect(
      await until(async () => /says plain/.exec(await own.output())?.[0], { limitMs: 5_000 }),
    ).toBeDefined();
  });

  it('and leave fragments alone: those of a plain packet are still put together by the kernel', async () => {
    const own = await lab
      .host('rs1')
      .start('own-fragments', process.execPath, [LISTEN, '10.0.3.11', '7002'], { ready: /^ready$/m });
    const datagram = udp({ from: 4000, to: 7002, text: 'put together' });
    const part = { source: lab.topology.dip, destination: '10.0.3.11', protocol: 17 };
    await send(
      ipv4({ ...part, payload: datagram.subarray(0, 8), moreFragments: true }),
      ipv4({ ...part, payload: datagram.subarray(8), fragmentOffset: 8 }),
    );
    expect(
      await until(async () => /says put together/.exec(await own.output())?.[0], { limitMs: 5_000 }),
    ).toBeDefined();
  });

  it('of packets to themselves alone: a server does not unwrap what names another server', async () => {
    // As if the frame had gone to the wrong machine: rs2 gets what is addressed to rs1's address on its own wire.
    const rs2 = await lab
      .host('rs2')
      .start('listener', process.execPath, [LISTEN, lab.topology.vip, `${PORT}`], { ready: /^ready$/m });
    await lab
      .host('router')
      .run('ip', ['neigh', 'replace', '10.0.3.77', 'lladdr', '02:00:0a:00:03:0c', 'dev', 'eth2']);
    await send(outer(inner('for another'), { destination: '10.0.3.77' }));
    await send(outer(inner('for rs2'), { destination: '10.0.3.12' }));
    expect(
      await until(async () => /says for rs2/.exec(await rs2.output())?.[0], { limitMs: 5_000 }),
    ).toBeDefined();
    expect(await rs2.output()).not.toContain('for another');
  });
});
