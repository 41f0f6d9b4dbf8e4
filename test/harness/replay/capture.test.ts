import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CaptureReplayOptions, replayCapture } from '../../../harness/replay/capture/capture-replay.ts';
import { parsePort, parseRoute } from '../../../harness/replay/capture/network-options.ts';
import { type DecodedCapture, readCapture } from '../../../lab/captures/read-capture.ts';
import { type TimedFrame, writeCapture } from '../../../lab/captures/write-capture.ts';
import { FIN, hex, ipFrame, SYN, tcpPacket, udpPacket } from '../../../lab/frames/index.ts';
import { fromClient, fromServer, ipOf } from '../../director/fixtures/small-frames.ts';
import { CIP, DIRECTOR, MAC, RIP1, VIP } from '../../director/fixtures/small-network.ts';
import { lvsLabHere } from '../command-line.ts';

const RECORDINGS = join(import.meta.dirname, '../../golden/packets');
const RECORDED_PORTS = [
  parsePort('dc,02:00:00:00:01:01,10.0.1.1/24'),
  parsePort('dr,02:00:00:00:02:01,10.0.2.1/24'),
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function captureOf(frames: readonly TimedFrame[]): Promise<DecodedCapture> {
  const file = join(folder, `${++files}.pcap`);
  await writeCapture(file, frames);
  return readCapture({ host: 'h', interface: 'i', file });
}

/** Frames a millisecond apart. */
function inTurn(...frames: readonly Uint8Array[]): Promise<DecodedCapture> {
  return captureOf(frames.map((one, i) => ({ time: 1_700_000_000 + i / 1000, frame: one })));
}

function replayed(
  capture: DecodedCapture,
  rules: readonly string[],
  more: Partial<CaptureReplayOptions> = {},
) {
  return replayCapture(capture, { ports: [], routes: [], settings: [], ...more, rules: rules.join('\n') });
}

const NAT = [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:8080 -m`];
const TUN = [`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:80 -i`];

/** Both sides of a recorded case in one capture, its rules, and the frames that the kernel sent. */
async function recorded(name: string) {
  const sides = await Promise.all(
    ['dc', 'dr'].map((side) =>
      readCapture({ host: 'h', interface: side, file: join(RECORDINGS, name, `${side}.pcap`) }),
    ),
  );
  const both = sides.flatMap(({ packets }) => packets).sort((a, b) => a.time - b.time);
  const own = new Set(RECORDED_PORTS.map(({ mac }) => hex(mac)));
  return {
    capture: await captureOf(both.map(({ bytes, time }) => ({ frame: bytes, time }))),
    rules: JSON.parse(await readFile(join(RECORDINGS, name, 'case.json'), 'utf8')).setup as string[],
    kernelSent: both
      .filter(({ bytes }) => own.has(hex(bytes.subarray(6, 12))))
      .map(({ bytes }) => hex(bytes)),
  };
}

describe('what the director sends is what the kernel sent', () => {
  test.each([
    ['nat/tcp-exchange-server-closes', 'the director that the capture shows', []],
    ['nat/tcp-exchange-server-closes', 'the director that was named', RECORDED_PORTS],
    ['ipip/tcp-exchange', 'the director that was named', RECORDED_PORTS],
    ['gre/tcp-refused', 'the director that was named', RECORDED_PORTS],
  ])('%s, %s', async (name, _how, ports) => {
    const { capture, rules, kernelSent } = await recorded(name);
    const { sent, leftOut } = replayed(capture, rules, { ports });
    expect(sent.map(({ frame: one }) => hex(one))).toEqual(kernelSent);
    expect(leftOut).toEqual({ sentByDirector: kernelSent.length, forOthers: 0 });
  });
});

test('but for the MAC address of a DR server that the capture does not show in ARP', async () => {
  const { capture, rules, kernelSent } = await recorded('dr/tcp-exchange');
  const { sent, unknownStations } = replayed(capture, rules, { ports: RECORDED_PORTS });
  expect(unknownStations).toEqual(['10.0.2.11']);
  expect(sent.map(({ frame: one }) => hex(one.subarray(6)))).toEqual(kernelSent.map((one) => one.slice(12)));
});

test('what is sent at once has the time of the frame that caused it; what waited, its own', async () => {
  const begun = 1_700_000_000.25;
  const fragment = ipFrame(
    MAC.client,
    MAC.directorClient,
    udpPacket({ source: CIP, destination: VIP, moreFragments: true }, { sourcePort: 1, destinationPort: 80 }),
  );
  const capture = await captureOf([
    { time: begun, frame: fromClient.udp() },
    { time: begun + 0.000_001, frame: fromClient.udp() },
    { time: begun + 1, frame: fragment },
    { time: begun + 60, frame: fromClient.udp() },
  ]);
  const { sent, received } = replayed(capture, TUN);
  // An incomplete datagram is answered after thirty seconds.
  const seconds = sent.map(({ time }) => time - begun);
  expect(seconds.map((after) => Math.round(after * 1e6))).toEqual([0, 1, expect.any(Number), 60_000_000]);
  expect(Math.round(seconds[2] as number)).toBe(31);
  expect(received).toEqual({ forwarded: 3, dropped: 0, kept: 1, left: 0 });
});

test('says what became of the frames to the director, and what was left out', async () => {
  const capture = await inTurn(
    fromClient.tcp({ flags: SYN }),
    fromClient.tcp({ flags: SYN }, { ttl: 1 }),
    fromClient.tcp({ flags: FIN, sourcePort: 9 }),
    ipFrame(MAC.directorClient, MAC.client, ipOf(fromServer.tcp({ flags: SYN }))),
    ipFrame(
      MAC.client,
      MAC.server2,
      tcpPacket({ source: CIP, destination: '10.0.1.77' }, { sourcePort: 1, destinationPort: 2, flags: SYN }),
    ),
  );
  const { received, leftOut, drops, unknownStations } = replayed(capture, NAT);
  expect(received).toEqual({ forwarded: 1, dropped: 1, kept: 0, left: 1 });
  expect(leftOut).toEqual({ sentByDirector: 1, forOthers: 1 });
  expect(drops).toEqual({ 'TTL exceeded': 1 });
  expect(unknownStations).toEqual([RIP1]);
});

test('a station that the capture does not show has a MAC that tells its address', async () => {
  const { sent } = replayed(await inTurn(fromClient.tcp({ flags: SYN })), NAT);
  expect(hex(sent[0]?.frame.subarray(0, 12) as Uint8Array)).toBe(
    `02000a00020b${MAC.directorClient.replaceAll(':', '')}`,
  );
});

test('settings count: a capture that begins within a connection', async () => {
  const capture = await inTurn(fromClient.tcp({ flags: FIN }));
  expect(replayed(capture, NAT).received.left).toBe(1);
  expect(replayed(capture, NAT, { settings: ['sloppy_tcp=1'] }).received.forwarded).toBe(1);
});

test('routes and MTUs count', async () => {
  const capture = await inTurn(
    fromClient.udp({}, { dontFragment: true }),
    fromClient.udp({ payload: new Uint8Array(900) }, { dontFragment: true }),
  );
  const ports = [
    parsePort(`eth0,${MAC.directorClient},${DIRECTOR.client}/24`),
    parsePort(`eth1,${MAC.directorServer},${DIRECTOR.server}/24,mtu=700`),
  ];
  const rules = [`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r 10.9.0.1:80 -i`];
  const { sent } = replayed(capture, rules, { ports, routes: [parseRoute('10.9.0.0/16,via,10.0.2.253')] });
  const [tunnelled, refused] = sent.map(({ frame: one }) => one);
  expect(hex(tunnelled?.subarray(0, 6) as Uint8Array)).toBe('02000a0002fd');
  expect(tunnelled?.subarray(26, 34).join('.')).toBe(`${DIRECTOR.server}.10.9.0.1`);
  expect([
    refused?.[34],
    refused?.[35],
    ((refused?.[40] as number) << 8) | (refused?.[41] as number),
  ]).toEqual([3, 4, 680]);
});

describe('a capture that does not say who the director is', () => {
  test('holds nothing for a service', async () => {
    const capture = await inTurn(fromServer.tcp({ flags: SYN }));
    expect(() => replayed(capture, NAT)).toThrow(/no frame is for a service of the rules; .*--port NAME,MAC/);
  });

  test('has two who get such frames', async () => {
    const capture = await inTurn(fromClient.udp(), ipFrame(MAC.client, MAC.server2, ipOf(fromClient.udp())));
    expect(() => replayed(capture, TUN)).toThrow(
      /go to 02:00:00:00:01:01 and, frame 2, to 02:00:00:00:02:12/,
    );
  });

  test('has pauses of more than a month', async () => {
    const capture = await captureOf([
      { time: 0, frame: fromClient.udp() },
      { time: 1_700_000_000, frame: fromClient.udp() },
    ]);
    expect(() => replayed(capture, TUN)).toThrow('frame 2 is more than a month later');
  });
});

describe('the command', () => {
  async function inputs() {
    const rules = join(folder, 'rules');
    await writeFile(rules, NAT.join('\n'));
    return {
      rules,
      capture: (await inTurn(fromClient.tcp({ flags: SYN }))).file,
      out: join(folder, 'out.pcap'),
    };
  }

  test('writes a capture and says what it took for granted', async () => {
    const { rules, capture, out } = await inputs();
    const { exitCode, stdout } = await lvsLabHere('replay', '--rules', rules, '--in', capture, '--out', out);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${out}: 1 frames that the director sends now`);
    expect(stdout).toContain(`--port port1,${MAC.directorClient},${VIP}/32,mtu=1500`);
    const { packets } = await readCapture({ host: 'h', interface: 'i', file: out });
    expect(packets.map(({ ip }) => ip?.destinationPort)).toEqual([8080]);
  });

  test('what it printed can be given, and it can say all for machines', async () => {
    const { rules, capture, out } = await inputs();
    const port = `port1,${MAC.directorClient},${VIP}/32,mtu=1500`;
    const { stdout } = await lvsLabHere(
      'replay',
      '--json',
      '--rules',
      rules,
      '--in',
      capture,
      '--out',
      out,
      '--port',
      port,
    );
    expect(JSON.parse(stdout)).toEqual({
      in: capture,
      out,
      remarks: [],
      received: { forwarded: 1, dropped: 0, kept: 0, left: 0 },
      leftOut: { sentByDirector: 0, forOthers: 0 },
      sent: 1,
      drops: {},
      unknownStations: [RIP1],
      ports: [port],
    });
  });

  test.each([
    ['a capture that is not there', { in: 'none.pcap' }, 'none.pcap: no such capture'],
    ['a capture that is none', { in: import.meta.filename }, 'neither pcap nor pcapng'],
    ['rules that are not there', { rules: 'none' }, 'cannot read the rules'],
    ['rules that are none', { rules: import.meta.filename }, 'line 1: '],
    ['a place where nothing can be written', { out: '/proc/none/out.pcap' }, 'cannot be written'],
    ['no --out', { out: undefined }, '--rules, --in and --out together'],
    ['a recording too', { more: ['recording.json'] }, 'without recordings'],
    ['a route without a port', { more: ['--route', 'default,via,10.0.1.9'] }, '--route needs the --port'],
    ['a port that is none', { more: ['--port', 'eth0,10.0.1.1/24'] }, 'Expected NAME,MAC,ADDRESS/LENGTH'],
    [
      'an address that is none',
      { more: ['--port', 'a,02:00:00:00:00:01,10.0.1.1'] },
      '"10.0.1.1" is no address',
    ],
    ['a route that is none', { more: ['--route', '10.0.0.0/8'] }, 'Expected PREFIX,via,GATEWAY'],
    ['a setting that is none', { more: ['--sysctl', 'x=1'] }, 'there is no setting "x"'],
  ])('refuses %s, with exit code 2 and one line', async (_what, given, message) => {
    const { rules, capture, out } = await inputs();
    const { more = [], ...options } = { rules, in: capture, out, more: [], ...given };
    const words = Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    );
    const { exitCode, stderr, stdout } = await lvsLabHere('replay', ...words, ...more);
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('says that there is no recording below a folder', async () => {
    const { exitCode, stderr } = await lvsLabHere('replay', folder);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain('there is no recording');
  });
});
