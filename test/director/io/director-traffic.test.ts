import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bodyOf } from '../../../lab/index.ts';
import { until } from '../../../lab/netns/until.ts';
import { ipv4, udp } from '../../lab/fixtures/packets.ts';
import { packetsIn } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { packetOf } from '../../scenarios/fixtures/packet-bytes.ts';
import { CIP, type DirectorLab, directorLab, VIP } from './director-lab.ts';

const UDP = 17;
const UDP_LISTEN = fileURLToPath(new URL('../../lab/fixtures/udp-listen.ts', import.meta.url));

/** Asks by one connection, again and again, and says how often it was answered. */
const KEEP_ASKING = `
const { Agent, get } = require('node:http');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let answers = 0;
let socket;
function ask() {
  const request = get({ host: process.argv[1], path: '/', agent }, (response) => {
    response.resume().on('end', () => {
      if (++answers % 10 === 0) console.log(answers + ' answers');
      setTimeout(ask, 5);
    });
  });
  request.on('socket', (used) => {
    if (socket !== undefined && socket !== used) console.log('error: another connection');
    socket = used;
  });
  request.on('error', (error) => console.log('error: ' + error.code));
}
console.log('asking');
ask();`;

describeAsRoot('a director on a machine that does other things too', () => {
  let net: DirectorLab;

  beforeAll(async () => {
    net = await directorLab();
    await net.start();
    // So that nobody has to be asked for their MAC address in the middle of a test.
    await net.ask();
  });
  afterAll(() => net[Symbol.asyncDispose]());

  /** What the client’s interface saw while something was done, as tcpdump prints it. */
  async function seenByClient(name: string, filter: string, act: () => Promise<unknown>): Promise<string[]> {
    const directory = join(net.lab.runDirectory, name);
    const captures = await net.lab.capture([{ host: 'client', interface: 'eth0' }], directory);
    await act();
    const [capture] = await captures.stop();
    return packetsIn(capture!.file, filter);
  }

  it('leaves a segment of no connection to the machine’s own stack, which resets it', async () => {
    const stray = Buffer.from(
      packetOf({
        kind: 'tcp',
        source: CIP,
        destination: VIP,
        sourcePort: 4444,
        destinationPort: 80,
        ttl: 64,
        id: 1,
        tos: 0,
        dontFragment: true,
        sequence: 1000,
        acknowledgement: 2000,
        flags: 0x10,
        payload: '',
      }),
    );
    const resets = await seenByClient('stray', 'tcp dst port 4444', () => net.sendRaw(net.client, stray));
    expect(resets).toHaveLength(1);
    expect(resets[0]).toMatch(
      /10\.0\.1\.100\.80 > 10\.0\.1\.2\.4444: Flags \[R\], cksum \S+ \(correct\), seq 2000/,
    );
  });

  it('resets no connection when a link goes down and comes back in the middle of it', async () => {
    const resets = async () => {
      const { stdout } = await net.director.run('sh', ['-c', 'grep ^Tcp: /proc/net/snmp']);
      const [names = [], values = []] = stdout.split('\n').map((line) => line.split(' '));
      return Number(values[names.indexOf('OutRsts')]);
    };
    const before = await resets();
    const asking = await net.client.start('asking', process.execPath, ['-e', KEEP_ASKING, VIP], {
      ready: /^asking/m,
    });
    for (let flap = 0; flap < 5; flap++) {
      await net.director.run('ip', ['link', 'set', 'eth0', 'down']);
      await net.director.run('ip', ['link', 'set', 'eth0', 'up']);
      await delay(100);
    }
    const answers = async () => Number(/.*\b(\d+) answers/s.exec(await asking.output())?.[1] ?? 0);
    const soFar = await answers();
    await expect.poll(answers).toBeGreaterThan(soFar + 50);
    expect(await asking.output()).not.toMatch(/error/);
    await asking.stop();
    expect(await resets()).toBe(before);
  });

  it('leaves a port without a rule to the stack: UDP is answered with port unreachable, TCP with a reset', async () => {
    const datagram = ipv4({
      source: CIP,
      destination: VIP,
      protocol: UDP,
      payload: udp({ from: 4445, to: 5999, text: 'hello' }),
    });
    const seen = await seenByClient('no-rule', 'icmp or tcp[tcpflags] & tcp-rst != 0', async () => {
      await net.sendRaw(net.client, datagram);
      await net.client.run('curl', ['-sS', '-m', '5', `http://${VIP}:5999/`], { reject: false });
    });
    expect(seen).toHaveLength(2);
    expect(seen[0]).toContain(`ICMP ${VIP} udp port 5999 unreachable`);
    expect(seen[1]).toContain(`${VIP}.5999 > ${CIP}`);
  });

  it('leaves to the machine’s forwarding what servers send that belongs to no connection', async () => {
    // From the server’s service port, which the director looks at, and from another.
    const listener = await net.client.start('listener', process.execPath, [UDP_LISTEN, CIP, '7000'], {
      ready: /^ready$/m,
    });
    const datagram = (from: number, text: string) =>
      ipv4({ source: '10.0.2.11', destination: CIP, protocol: UDP, payload: udp({ from, to: 7000, text }) });
    await net.sendRaw(
      net.lab.host('rs1'),
      datagram(5353, 'from the service port'),
      datagram(9, 'from another'),
    );
    const heard = await until(
      async () => {
        const lines = (await listener.output()).split('\n').filter((line) => line.includes('says'));
        return lines.length >= 2 ? lines : undefined;
      },
      { limitMs: 5_000 },
    );
    expect(heard?.sort()).toEqual(['10.0.2.11 says from another', '10.0.2.11 says from the service port']);
  });

  it('balances on an interface that is added while it runs', async () => {
    const newcomer = net.lab.host('store');
    await net.director.run('ip', [
      ...['link', 'add', 'late0', 'type', 'veth', 'peer', 'name', 'late1', 'netns', newcomer.namespace],
    ]);
    for (const [host, port, address] of [
      [net.director, 'late0', '10.0.7.1/24'],
      [newcomer, 'late1', '10.0.7.2/24'],
    ] as const) {
      await host.run('ethtool', [
        '-K',
        port,
        'tx',
        'off',
        'rx',
        'off',
        'tso',
        'off',
        'gso',
        'off',
        'gro',
        'off',
      ]);
      await host.run('ip', ['address', 'add', address, 'dev', port]);
      await host.run('ip', ['link', 'set', port, 'up']);
    }
    await newcomer.run('ip', ['route', 'add', 'default', 'via', '10.0.7.1']);
    const ports = await until(
      async () => {
        const { process: state } = await net.control.snapshot();
        return state.ports.includes('late0') ? state.ports : undefined;
      },
      { limitMs: 5_000 },
    );
    expect(ports).toEqual(['eth0', 'eth1', 'late0']);
    expect(new Set([await net.ask(newcomer), await net.ask(newcomer)])).toEqual(new Set(['rs1', 'rs2']));

    await net.director.run('ip', ['link', 'delete', 'late0']);
    await until(async () => (await net.control.snapshot()).process.ports.length === 2 || undefined, {
      limitMs: 5_000,
    });
    expect((await net.control.snapshot()).process.ports).toEqual(['eth0', 'eth1']);
    expect(new Set([await net.ask(), await net.ask()])).toEqual(new Set(['rs1', 'rs2']));
  });

  it('keeps to the MTU of an interface when that changes', async () => {
    const setMtu = (mtu: number) => net.director.run('ip', ['link', 'set', 'eth1', 'mtu', `${mtu}`]);
    await setMtu(1400);
    // The ports are opened anew: the director has noticed when a request that is too large is answered.
    const { sha256 } = bodyOf(300_000);
    const upload = async () => {
      const { stdout } = await net.client.run(
        'sh',
        ['-c', `head -c 300000 body.bin | curl -sS -m 20 -H Expect: --data-binary @- http://${VIP}/digest`],
        { cwd: net.lab.runDirectory },
      );
      return JSON.parse(stdout) as { bytes: number; sha256: string };
    };
    await net.client.run('sh', ['-c', 'cat > body.bin'], {
      cwd: net.lab.runDirectory,
      input: bodyOf(300_000).bytes,
    });
    let answer: { bytes: number; sha256: string } | undefined;
    const unreachable = await seenByClient('mtu', 'icmp[icmptype] == icmp-unreach', async () => {
      answer = await upload();
    });
    expect(answer).toMatchObject({ bytes: 300_000, sha256 });
    expect(unreachable[0]).toMatch(/unreachable - need to frag \(mtu 1400\)/);

    await setMtu(1500);
    await net.client.run('ip', ['route', 'flush', 'cache']);
    expect(await upload()).toMatchObject({ bytes: 300_000, sha256 });
    const { process: state } = await net.control.snapshot();
    expect(state).toMatchObject({ untakenFrames: {} });
  });
});
