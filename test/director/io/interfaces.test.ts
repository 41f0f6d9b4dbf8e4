/**
 * The director on interfaces as machines have them: bridges, macvlan, jumbo and loopback-sized links, devices without
 * Ethernet, trunks; and with clients and servers that send merged frames (TSO, GSO).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ControlClient, controlSocketPath } from '../../../director/index.ts';
import { ipFrame, join as joinBytes, udpPacket } from '../../../lab/frames/index.ts';
import { bodyOf, bringUp, startHttpServers, startUdpServers, topologies } from '../../../lab/index.ts';
import type { Lab } from '../../../lab/netns/lab.ts';
import { describeAsRoot } from '../../root.ts';
import { DIRECTOR } from './director-lab.ts';

const SEND_FRAMES = fileURLToPath(new URL('../fixtures/send-frames.ts', import.meta.url));
const TUN_CABLE = fileURLToPath(new URL('../fixtures/tun-cable.ts', import.meta.url));

const BYTES = 3_000_000;
const HTTP = 8080;
const UDP_ECHO = 5353;
const CUT_SEGMENT_BYTES = 1448;
/** Exit code of curl where nobody listens; where nobody answers it is another one. */
const CURL_REFUSED = 7;

/** A way from the client to the director and on to the server, over links of one kind. */
interface Way {
  readonly kind: string;
  readonly mtu: number;
  /** What the director's interface is made of, given the name of the cable's end; the cable's end itself if absent. */
  readonly device?: (end: string) => string[];
}

const WAYS: readonly Way[] = [
  { kind: 'veth', mtu: 1500 },
  {
    kind: 'bridge',
    mtu: 1500,
    device: (end) => [`link add ${end}x type bridge`, `link set ${end} master ${end}x`],
  },
  {
    kind: 'macvlan',
    mtu: 1500,
    device: (end) => [`link add ${end}x link ${end} type macvlan mode bridge`],
  },
  { kind: 'jumbo frames', mtu: 9000 },
  { kind: 'an MTU of 65,535', mtu: 65_535 },
];

/** Third byte of the addresses of a way: its place in the list. */
const clientNet = (way: number) => `10.20.${way}`;
const serverNet = (way: number) => `10.21.${way}`;
const vipOf = (way: number) => `${clientNet(way)}.100`;
const TUN_WAY = WAYS.length;

describeAsRoot('a director whose interfaces are', () => {
  let lab: Lab;
  let directory: string;
  let control: ControlClient;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
    const plain = topologies.tun({ servers: 1 });
    const sends = new Set(['client', 'router', 'director']);
    const hosts = plain.hosts.map((host) => ({
      ...host,
      interfaces: host.interfaces.map((own) => ({ ...own, offloads: sends.has(host.name) })),
      sysctls: { ...host.sysctls, ...(host.name === 'director' ? { 'net.ipv4.ip_forward': 1 } : {}) },
    }));
    lab = await bringUp({ ...plain, hosts }, { runDirectory: directory });
    const [client, director, server] = ['client', 'director', 'rs1'].map((name) => lab.host(name));
    const namespace = (of: typeof client) => `/run/netns/${of!.namespace}`;
    await client!.start(
      'tun-cable',
      process.execPath,
      [TUN_CABLE, namespace(client), 'tun0', namespace(director), 'tun0'],
      { ready: /^ready$/m },
    );
    await server!.start(
      'tun-cable',
      process.execPath,
      [TUN_CABLE, namespace(server), 'tun0', namespace(director), 'tun1'],
      { ready: /^ready$/m },
    );
    const commands = new Map<string, string[]>([client, director, server].map((host) => [host!.name, []]));
    const on = (host: string, ...lines: string[]) => commands.get(host)?.push(...lines);
    /** One cable: an end in a host, the other one in the director, where its addresses may be on a device on top. */
    const cable = (host: string, end: string, way: Way, address: string, own: readonly string[]) => {
      on(
        'director',
        `link add ${end} mtu ${way.mtu} type veth peer name ${end} mtu ${way.mtu} netns ${lab.host(host).namespace}`,
        ...(way.device?.(end) ?? []),
        `link set ${end} up`,
        ...(way.device === undefined ? [] : [`link set ${end}x up`]),
        ...own.map((one) => `address add ${one} dev ${end}${way.device === undefined ? '' : 'x'}`),
      );
      on(host, `address add ${address} dev ${end}`, `link set ${end} up`);
    };
    for (const [i, way] of WAYS.entries()) {
      cable('client', `c${i}`, way, `${clientNet(i)}.2/24`, [`${clientNet(i)}.1/24`, `${vipOf(i)}/32`]);
      cable('rs1', `s${i}`, way, `${serverNet(i)}.11/24`, [`${serverNet(i)}.1/24`]);
      // Replies by DR carry the VIP and go past the director, those by NAT go back through it.
      on('rs1', `address add ${vipOf(i)}/32 dev lo`, `route add ${clientNet(i)}.0/24 via ${serverNet(i)}.1`);
      on('rs1', `rule add from ${vipOf(i)} lookup 100`);
    }
    on('client', 'link add back type veth peer name back netns', 'address add 10.30.0.2/24 dev back');
    commands.get('client')![commands.get('client')!.length - 2] += ` ${server!.namespace}`;
    on('client', 'link set back up');
    on('rs1', 'address add 10.30.0.11/24 dev back', 'link set back up');
    on('rs1', 'route add default via 10.30.0.2 table 100');
    on(
      'director',
      `address add ${clientNet(TUN_WAY)}.1/24 dev tun0`,
      `address add ${vipOf(TUN_WAY)}/32 dev tun0`,
      `address add ${serverNet(TUN_WAY)}.1/24 dev tun1`,
      ...['tun0', 'tun1'].map((tun) => `link set ${tun} up`),
    );
    on('client', `address add ${clientNet(TUN_WAY)}.2/24 dev tun0`, 'link set tun0 up');
    on('rs1', `address add ${serverNet(TUN_WAY)}.11/24 dev tun0`, 'link set tun0 up');
    on('rs1', `route add ${clientNet(TUN_WAY)}.0/24 via ${serverNet(TUN_WAY)}.1`);
    // The director makes the cables, so it comes first.
    for (const name of ['director', 'client', 'rs1']) {
      await lab.host(name).run('ip', ['-batch', '-'], { input: `${commands.get(name)!.join('\n')}\n` });
    }
    await Promise.all([startHttpServers(lab, { port: HTTP }), startUdpServers(lab, { port: UDP_ECHO })]);
    const rules = [
      ...WAYS.flatMap((_, i) => [
        `-A -t ${vipOf(i)}:80 -s rr`,
        `-a -t ${vipOf(i)}:80 -r ${serverNet(i)}.11:${HTTP} -m`,
        `-A -t ${vipOf(i)}:${HTTP} -s rr`,
        `-a -t ${vipOf(i)}:${HTTP} -r ${serverNet(i)}.11:${HTTP} -g`,
      ]),
      `-A -t ${plain.vip}:${HTTP} -s rr`,
      `-a -t ${plain.vip}:${HTTP} -r ${plain.realServers[0]!.rip}:${HTTP} -i`,
      `-A -t ${vipOf(TUN_WAY)}:80 -s rr`,
      `-a -t ${vipOf(TUN_WAY)}:80 -r ${serverNet(TUN_WAY)}.11:${HTTP} -m`,
      `-A -t ${vipOf(TUN_WAY)}:81 -s rr`,
      `-a -t ${vipOf(TUN_WAY)}:81 -r ${serverNet(0)}.11:${HTTP} -m`,
      `-A -u ${vipOf(0)}:5300 -s rr`,
      `-a -u ${vipOf(0)}:5300 -r ${serverNet(0)}.11:${UDP_ECHO} -m`,
    ];
    await writeFile(join(directory, 'rules'), `${rules.join('\n')}\n`);
    await writeFile(join(directory, 'body'), bodyOf(BYTES).bytes);
    await director!.start('director', process.execPath, [DIRECTOR, '--rules', join(directory, 'rules')], {
      ready: /^ready: /m,
    });
    control = new ControlClient(controlSocketPath(namespace(director)));
  }, 60_000);
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  async function upload(to: string): Promise<unknown> {
    const body = join(directory, 'body');
    const { stdout } = await lab
      .host('client')
      .run('curl', ['-sS', '-m', '60', '-H', 'Expect:', '--data-binary', `@${body}`, `http://${to}/digest`]);
    return JSON.parse(stdout);
  }

  async function download(from: string): Promise<string> {
    const { stdout } = await lab
      .host('client')
      .run('sh', ['-c', `curl -sS -m 60 'http://${from}/bytes?size=${BYTES}' | sha256sum`]);
    return stdout.split(' ')[0]!;
  }

  const { sha256 } = bodyOf(BYTES);

  async function packetsIntoServices(): Promise<number> {
    return (await control.snapshot()).totals.inPackets;
  }

  it.each(WAYS.map(({ kind }, i) => [kind, i] as const))(
    '%s: merged frames get through whole',
    async (_, way) => {
      const before = await packetsIntoServices();
      expect(await upload(`${vipOf(way)}:80`)).toMatchObject({ bytes: BYTES, sha256 });
      expect(await upload(`${vipOf(way)}:${HTTP}`)).toMatchObject({ bytes: BYTES, sha256 });
      expect(await download(`${vipOf(way)}:80`)).toBe(sha256);
      // Each counts as one packet, as with the kernel.
      expect((await packetsIntoServices()) - before).toBeLessThan((2 * BYTES) / CUT_SEGMENT_BYTES);
    },
  );

  it('plain, and the server is behind a tunnel: merged frames are cut, and their size is negotiated', async () => {
    expect(await upload(`${lab.topology.vip}:${HTTP}`)).toMatchObject({ bytes: BYTES, sha256 });
    expect((await control.snapshot()).drops).toMatchObject({
      'larger than the MTU, DF set': expect.any(Number),
    });
  });

  it('without Ethernet (tun) are balanced on, towards clients and towards servers', async () => {
    expect((await control.snapshot()).process.ports).toEqual(expect.arrayContaining(['tun0', 'tun1']));
    for (const port of [80, 81]) {
      expect(await upload(`${vipOf(TUN_WAY)}:${port}`)).toMatchObject({ bytes: BYTES, sha256 });
      expect(await download(`${vipOf(TUN_WAY)}:${port}`)).toBe(sha256);
    }
    // What no service takes is the stack's, as on any interface.
    const { exitCode } = await lab
      .host('client')
      .run('curl', ['-sS', '-m', '10', `http://${vipOf(TUN_WAY)}:5999/`], { reject: false });
    expect(exitCode).toBe(CURL_REFUSED);
  });

  it('trunks: a frame with a VLAN’s tag is that network’s, one with a priority tag is not', async () => {
    const macOf = async (host: string, device: string) => {
      const { stdout } = await lab.host(host).run('cat', [`/sys/class/net/${device}/address`]);
      return stdout.trim();
    };
    const [mine, directors] = [await macOf('client', 'c0'), await macOf('director', 'c0')];
    const frame = (text: string, ...tags: readonly number[]) => {
      const fields = { sourcePort: 4242, destinationPort: 5300, payload: Buffer.from(text) };
      const whole = ipFrame(
        mine,
        directors,
        udpPacket({ source: '10.20.0.2', destination: vipOf(0) }, fields),
      );
      return Buffer.from(
        joinBytes(whole.subarray(0, 12), Uint8Array.from(tags), whole.subarray(12)),
      ).toString('hex');
    };
    const VLAN_10 = [0x81, 0x00, 0x00, 10];
    const PRIORITY_5 = [0x81, 0x00, 0xa0, 0];
    const SERVICE_VLAN_10 = [0x88, 0xa8, 0x00, 10];
    const captures = await lab
      .host('rs1')
      .start('tcpdump', 'tcpdump', ['-i', 's0', '-n', '-A', '-l', 'udp'], {
        ready: /listening on/,
      });
    const before = await packetsIntoServices();
    await lab
      .host('client')
      .run(process.execPath, [
        SEND_FRAMES,
        'c0',
        frame('of-vlan-10', ...VLAN_10),
        frame('of-service-vlan-10', ...SERVICE_VLAN_10),
        frame('of-vlan-10-in-priority', ...PRIORITY_5, ...VLAN_10),
        frame('with-priority', ...PRIORITY_5),
        frame('without-tag'),
      ]);
    await expect.poll(captures.output.bind(captures), { timeout: 10_000 }).toContain('without-tag');
    expect(await captures.output()).toContain('with-priority');
    expect(await captures.output()).not.toContain('of-');
    expect((await packetsIntoServices()) - before).toBe(2);
  });

  it('their owners’: other XDP programs and MTU changes are not hindered, and advice is not needed', async () => {
    const director = lab.host('director');
    const { stdout } = await director.run('ip', ['-details', 'link', 'show']);
    expect(stdout).not.toMatch(/xdp/);
    await director.run('ip', ['link', 'set', 'c3', 'mtu', '1500']);
    await director.run('ip', ['link', 'set', 's3', 'mtu', '8000']);
    await expect
      .poll(async () => (await control.snapshot()).process.mtuBytes, { timeout: 10_000 })
      .toMatchObject({ c3: 1500, s3: 8000 });
    await lab.host('client').run('ip', ['link', 'set', 'c3', 'mtu', '1500']);
    expect(await upload(`${vipOf(3)}:80`)).toMatchObject({ bytes: BYTES, sha256 });
    const { untakenFrames } = (await control.snapshot()).process;
    expect(Object.keys(untakenFrames).join('\n')).not.toMatch(/BIG TCP|merged inside/);
  });
});
