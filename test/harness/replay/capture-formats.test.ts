/** One exchange through a NAT director, in each format that `replay` reads: what the director sends is the same. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import { ACK, hex, SYN } from '../../../lab/frames/index.ts';
import { fromClient, fromServer } from '../../director/fixtures/small-frames.ts';
import { RIP1, VIP } from '../../director/fixtures/small-network.ts';
import { fileHeader, packetRecord, pcapFile } from '../../lab/captures/pcap-file.ts';
import { pcapng } from '../../lab/captures/pcapng-file.ts';
import { lvsLabHere } from '../command-line.ts';

const SERVICE = `TCP  ${VIP}:80 rr`;
const RULES = `-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r ${RIP1}:8080 -m\n`;
const FRAMES = [fromClient.tcp({ flags: SYN }), fromServer.tcp({ flags: SYN | ACK })];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

function made(linkType: number, frames: readonly Uint8Array[]): Buffer {
  const records = frames.map((one, i) => packetRecord(one, i * 1000));
  return Buffer.concat([fileHeader({ linkType }), ...records]);
}

const inOrder = (...parts: readonly (Uint8Array | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)));

const ip = (frame: Uint8Array) => frame.subarray(14);
const tagged = (frame: Uint8Array) => inOrder(frame.subarray(0, 12), '8100000a', frame.subarray(12));
/** Packet type (0 received, 3 overheard, 4 sent), hardware type, and the sender's address. */
const sll = (frame: Uint8Array, type = '0000') =>
  inOrder(type, '00010006', frame.subarray(6, 12), '0000', frame.subarray(12));
const sll2 = (frame: Uint8Array) =>
  inOrder('0800000000000002000100', '06', frame.subarray(6, 12), '0000', ip(frame));

async function replay(content: Uint8Array, rules = RULES) {
  const [rulesFile, input, out] = ['rules', 'in', 'out'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await rm(out, { force: true });
  await Promise.all([writeFile(rulesFile, rules), writeFile(input, content)]);
  const ended = await lvsLabHere('replay', '--rules', rulesFile, '--in', input, '--out', out);
  const sent =
    ended.exitCode === 0 ? (await readCapture({ host: '', interface: '', file: out })).packets : [];
  return { ...ended, sent: sent.map(({ bytes }) => hex(ip(bytes))), frames: sent };
}

describe('what the director sends does not depend on the format of the capture', () => {
  test.each<[string, Buffer, readonly Uint8Array[]]>([
    [
      'nanoseconds',
      inOrder(fileHeader({ magic: 0xa1b23c4d }), ...FRAMES.map((one) => packetRecord(one))),
      FRAMES,
    ],
    ['gzip', gzipSync(pcapFile(...FRAMES)), FRAMES],
    ['zstd', zstdCompressSync(pcapFile(...FRAMES)), FRAMES],
    ['pcapng', pcapng(FRAMES[0] as Uint8Array), FRAMES.slice(0, 1)],
    ['VLAN tags', made(1, FRAMES.map(tagged)), FRAMES],
    [
      'Linux cooked',
      made(
        113,
        FRAMES.map((one) => sll(one)),
      ),
      FRAMES,
    ],
    ['Linux cooked, second version', made(276, FRAMES.map(sll2)), FRAMES],
  ])('%s', async (_format, content, same) => {
    const expected = await replay(pcapFile(...same));
    expect(expected.sent).toHaveLength(same.length);
    const { sent, stderr } = await replay(content);
    expect({ sent, stderr }).toEqual({ sent: expected.sent, stderr: '' });
  });

  test('nor on that of the rules', async () => {
    const expected = await replay(pcapFile(...FRAMES));
    const others = [
      `IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n${SERVICE}\n  -> ${RIP1}:8080               Masq    1      0          0\n`,
      `virtual_server ${VIP} 80 {\n  lb_algo rr\n  lb_kind NAT\n  protocol TCP\n  real_server ${RIP1} 8080 {\n    weight 1\n  }\n}\n`,
      RULES.replaceAll(`${VIP}:80`, `${VIP}:http`),
    ];
    for (const rules of others) {
      const { sent, stderr } = await replay(pcapFile(...FRAMES), rules);
      expect({ sent, stderr }).toEqual({ sent: expected.sent, stderr: '' });
    }
  });
});

describe('a capture of all interfaces', () => {
  test('tells the director’s MAC address where it sends, and what it sent and overheard is not played', async () => {
    const [request, reply] = FRAMES as [Uint8Array, Uint8Array];
    const content = made(113, [sll(request), sll(reply, '0004'), sll(request, '0003')]);
    const { stdout, frames } = await replay(content);
    const own = hex(reply.subarray(6, 12)).replaceAll(/..(?!$)/g, '$&:');
    expect(stdout).toContain('1 frames to the director: 1 forwarded');
    expect(stdout).toContain('left out: 1 that the director had sent, 1 for others');
    expect(stdout).toContain(`--port port1,${own},`);
    expect(frames.map(({ sourceMac }) => sourceMac)).toEqual([own]);
  });

  test('has a packet once, on however many interfaces it was seen', async () => {
    const seen = sll(FRAMES[0] as Uint8Array);
    const content = inOrder(fileHeader({ linkType: 113 }), packetRecord(seen, 1), packetRecord(seen, 2));
    const { stdout, sent } = await replay(content);
    expect(sent).toHaveLength(1);
    expect(stdout).toContain('1 of 2 packets of director stand there a second time');
  });
});

test('what is whole of a file that was cut is played, and the loss is said', async () => {
  const { stdout, sent } = await replay(pcapFile(...FRAMES).subarray(0, -1));
  expect(sent).toHaveLength(1);
  expect(stdout).toContain('ends within packet 2');
});

test.each([
  [
    'is raw IP, without MAC addresses',
    made(101, FRAMES.map(ip)),
    'tells neither MAC addresses nor which way',
  ],
  [
    'has packets in part',
    inOrder(fileHeader(), packetRecord((FRAMES[0] as Uint8Array).subarray(0, 40), 0, 54)),
    'packet 1 was captured in part only, of 54 bytes: capture with -s 0',
  ],
  ['is of an unknown link type', made(105, FRAMES), 'link type 105 is not supported'],
  ['is cut within gzip', gzipSync(pcapFile(...FRAMES)).subarray(0, 40), 'cannot be decompressed'],
])('a capture that %s is refused, with exit code 2 and nothing written', async (_what, content, message) => {
  const { exitCode, stderr, stdout } = await replay(content);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});
