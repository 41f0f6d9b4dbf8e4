/**
 * What a mutant would have sent, put into the captures of a right one: the check must name the field. One or
 * more for each theme, chosen as the mistakes that are easily made.
 */
import { describe, expect, it } from 'vitest';
import { get16, ipBytes, put16, writeHeaderChecksum } from '../../lab/frames/index.ts';
import type { CapturedFrame } from '../../lab/memory/index.ts';
import { type PlayedCase, play, withBytes } from './fixtures/tampering.ts';

const IP = 14;
const UDP = 17;
const ICMP = 1;
const TCP = 6;
const IPIP = 4;

/** Field, what it should be, what was put there; of the first finding that has the field. */
type Told = readonly [field: string, expected: string | RegExp, seen: string];

interface Tampering {
  readonly id: string;
  readonly wrong: string;
  /** Which of the packets that the director sent; the last one unless given. */
  readonly which?: (frame: Uint8Array) => boolean;
  readonly change: (frame: Uint8Array) => Uint8Array | undefined;
  readonly told?: Told;
  readonly says?: RegExp;
}

const protocolIs = (protocol: number) => (frame: Uint8Array) => frame[IP + 9] === protocol;
const setTtl = (ttl: number) => (frame: Uint8Array) => withBytes(frame, 8, ttl);
const fromVip = (frame: Uint8Array) => frame[IP + 15] === 100;
const drop = () => undefined;

const tamperings: readonly Tampering[] = [
  { id: 'nat/request/ttl', wrong: 'TTL kept', change: setTtl(255), told: ['IP TTL', '254', '255'] },
  {
    id: 'dr/request/identification',
    wrong: 'DR numbers packets anew',
    change: (f) => withBytes(f, 4, 0x77, 0x77),
    told: ['IP identification', '65535', '30583'],
  },
  {
    id: 'dr/request/ports',
    wrong: 'DR rewrites the destination',
    change: (f) => withBytes(f, 16, 10, 0, 2, 11),
    told: ['IP destination', '10.0.2.100', '10.0.2.11'],
  },
  {
    id: 'nat/request/tos',
    wrong: 'congestion mark lost',
    change: (f) => withBytes(f, 1, 0xfc),
    told: ['IP TOS', '0xff', '0xfc'],
  },
  {
    id: 'nat/request/dont-fragment',
    wrong: 'DF cleared',
    change: (f) => withBytes(f, 6, 0),
    told: ['IP don’t fragment', 'true', 'false'],
  },
  {
    id: 'nat/request/next-hop',
    wrong: 'the client’s MAC kept as source',
    change: (f) => withMac(f, 6, '02:00:0a:00:01:02'),
    told: ['source MAC', '02:00:0a:00:02:01', '02:00:0a:00:01:02'],
  },
  {
    id: 'dr/request/next-hop',
    wrong: 'another server’s MAC',
    change: (f) => withMac(f, 0, '02:00:0a:00:02:0c'),
    told: ['destination MAC', '02:00:0a:00:02:0b', '02:00:0a:00:02:0c'],
  },
  {
    id: 'nat/request/ip-options',
    wrong: 'options blanked',
    change: (f) => withBytes(f, 20, 0, 0, 0, 0),
    told: ['IP options', /^01010101/, /./.source],
  },
  {
    id: 'nat/request/tcp-header',
    wrong: 'sequence number changed',
    which: protocolIs(TCP),
    change: (f) => withBytes(f, 27, 0xff),
    told: ['TCP sequence number', '1000', '1023'],
  },
  {
    id: 'nat/request/udp-without-checksum',
    wrong: 'no checksum filled in',
    which: protocolIs(UDP),
    change: (f) => withBytes(f, 26, 0, 0),
    told: ['UDP checksum', /^0x/, '0x0000'],
  },
  {
    id: 'nat/request/checksum-becomes-ffff',
    wrong: '0 sent for 0xffff',
    which: protocolIs(UDP),
    change: (f) => withBytes(f, 26, 0, 0),
    told: ['UDP checksum', '0xffff', '0x0000'],
  },
  {
    id: 'nat/request/payload',
    wrong: 'one byte of data',
    change: (f) => withLast(f, 0x5a),
    says: /not the request on its way to rs1/,
  },
  {
    id: 'nat/request/many',
    wrong: 'one request in two thousand lost',
    which: (f) => get16(f, IP + 4) === 50927,
    change: drop,
    says: /^Missing: the request/,
  },
  {
    id: 'tun/request/many',
    wrong: 'one of two thousand with an old TTL',
    which: (f) => f[IP + 8] === 100,
    change: setTtl(101),
    told: ['outer IP TTL', '100', '101'],
  },
  {
    id: 'nat/request/record-route',
    wrong: 'the director’s own address recorded',
    which: (f) => f[IP] === 0x49,
    change: (f) => withBytes(f, 27, 10, 0, 2, 1),
    told: ['IP options', /0a000164/, /./.source],
  },
  {
    id: 'nat/request/each-server',
    wrong: 'a packet of rs2 sent to rs1',
    which: (f) => f[IP + 19] === 12,
    change: (f) => withBytes(f, 16, 10, 0, 2, 11),
    says: /rs2/,
  },
  {
    id: 'nat/reply/ports',
    wrong: 'UDP port kept',
    which: (f) => protocolIs(UDP)(f) && fromVip(f),
    change: (f) => withBytes(f, 20, 9001 >> 8, 9001 & 255),
    told: ['source port', '8000', '9001'],
  },
  {
    id: 'nat/reply/ports',
    wrong: 'the server shows',
    which: (f) => protocolIs(TCP)(f) && f[IP + 15] === 100,
    change: (f) => withBytes(f, 12, ...ipBytes('10.0.2.11')),
    told: ['IP source', '10.0.1.100', '10.0.2.11'],
  },
  {
    id: 'nat/reply/ttl',
    wrong: 'TTL of a reply kept',
    which: fromVip,
    change: setTtl(255),
    told: ['IP TTL', '254', '255'],
  },
  {
    id: 'nat/reply/many',
    wrong: 'one reply in two thousand shows the server',
    which: (f) => get16(f, IP + 4) === 50927,
    change: (f) => withBytes(f, 12, ...ipBytes('10.0.2.11')),
    told: ['IP source', '10.0.1.100', '10.0.2.11'],
  },
  {
    id: 'nat/reply/other-server',
    wrong: 'another server’s packet taken for a reply',
    which: (f) => f[IP + 15] === 12,
    change: (f) => withBytes(f, 12, ...ipBytes('10.0.1.100')),
    told: ['IP source', '10.0.2.12', '10.0.1.100'],
  },
  {
    id: 'tun/outer/ttl',
    wrong: 'outer TTL 64',
    which: protocolIs(IPIP),
    change: setTtl(64),
    told: ['outer IP TTL', '253', '64'],
  },
  {
    id: 'tun/outer/tos',
    wrong: 'outer TOS 0',
    which: protocolIs(IPIP),
    change: (f) => withBytes(f, 1, 0),
    told: ['outer IP TOS', '0xb8', '0x00'],
  },
  {
    id: 'tun/outer/ecn',
    wrong: 'congestion copied',
    change: (f) => withBytes(f, 1, 0xff),
    told: ['outer IP TOS', '0xfe', '0xff'],
  },
  {
    id: 'tun/outer/dont-fragment',
    wrong: 'DF always',
    which: (f) => (f[IP + 6] as number) === 0,
    change: (f) => withBytes(f, 6, 0x40),
    told: ['outer IP don’t fragment', 'false', 'true'],
  },
  {
    id: 'tun/outer/identification',
    wrong: 'a number with DF',
    which: (f) => f[IP + 6] === 0x40,
    change: (f) => withBytes(f, 4, 1, 2),
    told: ['outer IP identification', '0', '258'],
  },
  {
    id: 'tun/outer/addresses',
    wrong: 'VIP as the outer source',
    change: (f) => withBytes(f, 12, ...ipBytes('10.0.2.100')),
    told: ['outer IP source', '10.0.2.1', '10.0.2.100'],
  },
  {
    id: 'tun/outer/protocol',
    wrong: 'IPv6’s protocol number',
    change: (f) => withBytes(f, 9, 41),
    told: ['outer IP protocol', '4', 'no such field'],
  },
  {
    id: 'tun/outer/checksum',
    wrong: 'header checksum',
    which: protocolIs(IPIP),
    change: (f) => withRawBytes(f, 10, 0, 0),
    told: ['outer IP header checksum', /^0x/, '0x0'],
  },
  {
    id: 'tun/outer/gre',
    wrong: 'a key announced',
    which: protocolIs(47),
    change: (f) => withBytes(f, 20, 0x20),
    told: ['outer GRE flags', '0x0000', '0x2000'],
  },
  {
    id: 'tun/outer/gue',
    wrong: 'another port',
    which: protocolIs(UDP),
    change: (f) => withBytes(f, 22, 0x17, 0xc1),
    told: ['outer destination port', '6080', '6081'],
  },
  {
    id: 'nat/ttl/expired',
    wrong: 'the error comes from DIP',
    change: (f) => withBytes(f, 12, ...ipBytes('10.0.1.1')),
    told: ['IP source', '10.0.1.100', '10.0.1.1'],
  },
  {
    id: 'dr/ttl/expired',
    wrong: 'nothing is said',
    change: drop,
    says: /^Missing: the answer that the TTL is used up/,
  },
  {
    id: 'tun/mtu/tunnel-1480',
    wrong: '1500 told',
    which: protocolIs(ICMP),
    change: (f) => withIcmp(f, 26, 1500 >> 8, 1500 & 255),
    told: ['ICMP next-hop MTU', '1480 bytes', '1500 bytes'],
  },
  {
    id: 'nat/mtu/above-no-df',
    wrong: 'more fragments in the last',
    which: (f) => get16(f, IP + 6) === 170,
    change: (f) => withBytes(f, 6, 0x20),
    told: ['IP more fragments', 'false', 'true'],
  },
  {
    id: 'tun/mtu/tunnel-above-no-df',
    wrong: 'a piece with another identification',
    which: (f) => (get16(f, IP + 6) & 0x1fff) > 0,
    change: (f) => withBytes(f, 4, 9, 9),
    says: /different identifications/,
  },
  {
    id: 'dr/fragment/request',
    wrong: 'fragments’ order',
    change: drop,
    says: /^Missing: the request’s piece/,
  },
  {
    id: 'nat/fragment/reply',
    wrong: 'a later piece shows the server',
    which: (f) => f[IP + 15] === 100 && (get16(f, IP + 6) & 0x1fff) > 0,
    change: (f) => withBytes(f, 12, ...ipBytes('10.0.2.11')),
    told: ['IP source', '10.0.1.100', '10.0.2.11'],
  },
  {
    id: 'nat/icmp/from-server-side',
    wrong: 'the quote tells the server’s address',
    which: (f) => protocolIs(ICMP)(f) && f[IP + 15] === 100,
    change: (f) => withQuoted(f, 16, ...ipBytes('10.0.2.11')),
    told: ['quoted IP destination', '10.0.1.100', '10.0.2.11'],
  },
  {
    id: 'nat/icmp/from-server-side',
    wrong: 'ICMP checksum not renewed',
    which: (f) => protocolIs(ICMP)(f) && f[IP + 15] === 100,
    change: (f) => withRawBytes(f, 22, 0x12, 0x34),
    told: ['ICMP checksum', /^0x/, '0x1234'],
  },
  {
    id: 'nat/icmp/from-client-side',
    wrong: 'the quote tells the virtual port',
    which: (f) => protocolIs(ICMP)(f) && f[IP + 19] === 11 && f[IP + 28] === 0x45,
    change: (f) => withQuoted(f, 20, 8000 >> 8, 8000 & 255),
    told: ['quoted source port', '9001', '8000'],
  },
  {
    id: 'tun/icmp/tunnel-error',
    wrong: 'the tunnel’s end shows',
    which: protocolIs(ICMP),
    change: (f) => withBytes(f, 12, ...ipBytes('10.0.3.11')),
    told: ['IP source', '10.0.2.100', '10.0.3.11'],
  },
  { id: 'dr/icmp/echo', wrong: 'no answer', change: drop, says: /^Missing: the echo reply/ },
  {
    id: 'nat/local/no-service-tcp',
    wrong: 'acknowledges too little',
    which: (f) => f[IP + 33] === 0x14,
    change: (f) => withBytes(f, 31, 99),
    told: ['TCP acknowledgement number', /./, '99'],
  },
  {
    id: 'nat/no-server/none',
    wrong: 'host unreachable',
    which: protocolIs(ICMP),
    change: (f) => withIcmp(f, 21, 1),
    told: ['ICMP code', '3', '1'],
  },
  {
    id: 'nat/no-server/quote',
    wrong: 'eight bytes quoted',
    which: (f) => get16(f, IP + 2) > 100,
    change: (f) => cutTo(f, 56),
    told: ['IP total length', /./, '56 bytes'],
  },
  {
    id: 'nat/no-server/tos',
    wrong: 'TOS of the packet',
    which: (f) => f[IP + 1] === 0xd0,
    change: (f) => withBytes(f, 1, 0x10),
    told: ['IP TOS', '0xd0', '0x10'],
  },
  {
    id: 'dr/neighbour/silent',
    wrong: 'nothing is said',
    change: drop,
    says: /^Missing: the answer that the server is not there/,
  },
  {
    id: 'nat/route/not-local',
    wrong: 'balanced all the same',
    change: (f) => withBytes(f, 16, ...ipBytes('10.0.2.11')),
    told: ['IP destination', '10.0.2.12', '10.0.2.11'],
  },
  {
    id: 'tun/route/requests-without-ip-forward',
    wrong: 'nothing forwarded',
    change: drop,
    says: /^Missing: the request/,
  },
];

describe('a mutant is told of', () => {
  it.each(tamperings)('$id: $wrong', async ({ id, which = () => true, change, told, says }) => {
    const played = await play(id);
    expect(played.judge((frame) => [frame]).findings).toEqual([]);
    const one = played.sent.findLast(({ frame }) => which(frame)) as CapturedFrame;
    expect(one, 'the packet to be changed').toBeDefined();
    const other = change(one.frame);
    const { findings } = played.judgeWith(one, ...(other === undefined ? [] : [other]));
    if (says !== undefined) expect(findings.map(({ message }) => message).join('\n')).toMatch(says);
    if (told === undefined) return;
    const [name, expected, seen] = told;
    const fields = findings.flatMap((finding) => finding.fields).filter(({ field }) => field === name);
    expect(fields).toContainEqual({
      field: name,
      expected: expected instanceof RegExp ? expect.stringMatching(expected) : expected,
      seen: seen === '.' ? expect.any(String) : seen,
    });
  });
});

describe('packets that should not be there', () => {
  const nothing = [
    ['nat/reply/without-ip-forward', /ip_forward is off/],
    ['tun/request/source-route', /source route was forwarded/],
    ['dr/request/truncated', /without a whole header was forwarded/],
    ['dr/local/stray-segment', /packet that no rule claims/],
    ['dr/no-server/quiesced', /packet that it should not/],
    ['dr/icmp/ttl', /was forwarded/],
    ['dr/icmp/unknown-connection', /connection that it does not have/],
    ['tun/icmp/tunnel-not-told', /cannot help/],
    ['dr/conversation/through-director', /comes from the director/],
    ['dr/conversation/udp', /went through the director/],
  ] as const;

  it.each(nothing)('%s', async (id, says) => {
    const played = await play(id);
    const donor = await donorFor(id);
    const messages = withExtra(played, donor).map(({ message }) => message);
    expect(messages.join('\n')).toMatch(says);
  });
});

/** A frame that the director of the same mode sent elsewhere: to a server, or for the cases about clients to a client. */
async function donorFor(id: string): Promise<CapturedFrame> {
  const mode = id.slice(0, id.indexOf('/'));
  const toClient = /without-ip-forward|not-told|through-director/.test(id);
  const icmp = /icmp\/(ttl|unknown)/.test(id);
  const from = toClient ? 'ttl/expired' : icmp ? 'icmp/from-client-side' : 'request/ports';
  const { sent } = await play(`${mode}/${from}`);
  const frame = sent.at(-1) as CapturedFrame;
  // A reply that crosses the director has the VIP as its source.
  return id.endsWith('conversation/udp')
    ? { ...frame, frame: withBytes(frame.frame, 12, ...ipBytes('10.0.2.100')) }
    : frame;
}

function withExtra(played: PlayedCase, extra: CapturedFrame) {
  let isAdded = false;
  return played.judge((frame) => {
    if (isAdded || frame.direction !== 'received') return [frame];
    isAdded = true;
    return [frame, { ...extra, timeMs: frame.timeMs }];
  }).findings;
}

function withMac(frame: Uint8Array, at: number, mac: string): Uint8Array {
  const changed = frame.slice();
  changed.set(
    mac.split(':').map((part) => Number.parseInt(part, 16)),
    at,
  );
  return changed;
}

function withLast(frame: Uint8Array, byte: number): Uint8Array {
  const changed = frame.slice();
  changed[frame.length - 1] = byte;
  return changed;
}

/** Without putting the header checksum right. */
function withRawBytes(frame: Uint8Array, at: number, ...bytes: readonly number[]): Uint8Array {
  const changed = frame.slice();
  changed.set(bytes, IP + at);
  return changed;
}

/** Another byte of an ICMP message, under a right checksum (RFC 1071). */
function withIcmp(frame: Uint8Array, at: number, ...bytes: readonly number[]): Uint8Array {
  const changed = withRawBytes(frame, at, ...bytes);
  const icmp = changed.subarray(IP + 20);
  put16(icmp, 2, 0);
  let sum = 0;
  for (let i = 0; i < icmp.length; i += 2) sum += (icmp[i] as number) * 256 + (icmp[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  put16(icmp, 2, 0xffff - sum);
  return changed;
}

/** Another byte of the packet that an ICMP error quotes, at this offset of it. */
function withQuoted(frame: Uint8Array, at: number, ...bytes: readonly number[]): Uint8Array {
  const changed = withRawBytes(frame, 28 + at, ...bytes);
  writeHeaderChecksum(changed.subarray(IP + 28));
  return withIcmp(changed, 28 + at, ...bytes);
}

/** The packet cut to this length, under a right header. */
function cutTo(frame: Uint8Array, bytes: number): Uint8Array {
  const changed = frame.slice(0, IP + bytes);
  put16(changed, IP + 2, bytes);
  writeHeaderChecksum(changed.subarray(IP));
  return withIcmp(changed, 20);
}
