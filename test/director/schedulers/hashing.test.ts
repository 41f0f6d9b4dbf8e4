import { describe, expect, test } from 'vitest';
import { hash32 } from '../../../director/schedulers/hash-buckets.ts';
import { walkOf } from '../../../director/schedulers/mh.ts';
import { sipHash13 } from '../../../director/schedulers/siphash.ts';
import { SERVICE_FLAG } from '../../../director/services/virtual-service.ts';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { Fleet, flow } from './fleet.ts';

const PORT = 12_345;
const { sched1: FALLBACK, sched2: WITH_PORT } = SERVICE_FLAG;

const ADDRESSES = [
  {
    address: '10.0.0.1',
    h8: 39,
    h10: 159,
    h8Port: 134,
    sh: 'A',
    shPort: 'B',
    shDown: 'A',
    shBack: 'A',
    dh: 'C',
  },
  {
    address: '10.0.0.2',
    h8: 137,
    h10: 550,
    h8Port: 232,
    sh: 'B',
    shPort: 'C',
    shDown: '—',
    shBack: 'A',
    dh: 'A',
  },
  {
    address: '10.0.0.3',
    h8: 235,
    h10: 941,
    h8Port: 74,
    sh: 'A',
    shPort: 'B',
    shDown: 'A',
    shBack: 'A',
    dh: 'B',
  },
  {
    address: '10.0.0.4',
    h8: 77,
    h10: 308,
    h8Port: 171,
    sh: 'B',
    shPort: 'A',
    shDown: '—',
    shBack: 'A',
    dh: 'A',
  },
  {
    address: '192.168.1.100',
    h8: 89,
    h10: 357,
    h8Port: 184,
    sh: 'B',
    shPort: 'C',
    shDown: '—',
    shBack: 'A',
    dh: 'A',
  },
  {
    address: '203.0.113.7',
    h8: 124,
    h10: 499,
    h8Port: 219,
    sh: 'C',
    shPort: 'A',
    shDown: 'C',
    shBack: 'C',
    dh: 'B',
  },
  {
    address: '255.255.255.255',
    h8: 158,
    h10: 632,
    h8Port: 253,
    sh: 'B',
    shPort: 'B',
    shDown: '—',
    shBack: 'C',
    dh: 'A',
  },
  {
    address: '0.0.0.1',
    h8: 97,
    h10: 391,
    h8Port: 192,
    sh: 'B',
    shPort: 'C',
    shDown: '—',
    shBack: 'A',
    dh: 'B',
  },
];

describe.each(ADDRESSES)('$address', ({ address, h8, h10, h8Port, sh, shPort, shDown, shBack, dh }) => {
  test('hash32', () => {
    expect([
      hash32(ipv4(address), 8),
      hash32(ipv4(address), 10),
      hash32((ipv4(address) + PORT) | 0, 8),
    ]).toEqual([h8, h10, h8Port]);
  });

  test('sh, with and without port, with B down, with fallback', () => {
    const client = flow(address, { sourcePort: PORT });
    const plain = new Fleet('sh').add(1, 2, 1);
    expect(plain.pick(client)).toBe(sh);
    plain.server('B').overloaded = true;
    expect(plain.pick(client)).toBe(shDown);
    plain.flags = FALLBACK;
    expect(plain.pick(client)).toBe(shBack);
    expect(new Fleet('sh', { flags: WITH_PORT }).add(1, 2, 1).pick(client)).toBe(shPort);
  });

  test('dh as destination', () => {
    expect(new Fleet('dh').add(1, 5, 1).pick(flow('10.9.9.9', { destination: address }))).toBe(dh);
  });
});

test('hash32 of a folded IPv6 address', () => {
  expect(hash32(0x20010db8 ^ 1, 8)).toBe(63);
});

test('sh gives a server as many buckets in a row as its weight, and one with weight 0', () => {
  const fleet = new Fleet('sh').add(1, 2, 1);
  expect(buckets(fleet)).toBe('CBBA'.repeat(64));
  fleet.edit('B', 0);
  expect(buckets(fleet)).toBe('CBA'.repeat(86).slice(0, 256));
});

test('dh gives every server one bucket, again and again, and looks at weights only when it picks', () => {
  const fleet = new Fleet('dh').add(1, 5, 1);
  expect(buckets(fleet)).toBe('CBA'.repeat(86).slice(0, 256));
  fleet.edit('B', 0);
  expect(buckets(fleet)).toBe('CBA'.repeat(86).slice(0, 256));
  expect(fleet.pick(flow('10.9.9.9', { destination: '203.0.113.7' }))).toBe('—');
});

const MH_SERVERS = [
  {
    letter: 'A',
    address: '172.16.0.1',
    offsetHash: 0x0d19bc4e,
    offset: 407,
    skipHash: 0x80e7301e,
    skip: 507,
  },
  {
    letter: 'B',
    address: '172.16.0.2',
    offsetHash: 0x12dc58ac,
    offset: 678,
    skipHash: 0x0042219a,
    skip: 551,
  },
  {
    letter: 'C',
    address: '172.16.0.3',
    offsetHash: 0x431b6025,
    offset: 1954,
    skipHash: 0xc27428d8,
    skip: 525,
  },
];

test.each(MH_SERVERS)('mh: the walk of $letter', ({ address, offsetHash, offset, skipHash, skip }) => {
  const at = ipv4(address) + 80;
  expect(sipHash13(at, 2_654_435_761) >>> 0).toBe(offsetHash);
  expect(sipHash13(at, 2_654_446_892) >>> 0).toBe(skipHash);
  expect(walkOf({ address: ipv4(address), port: 80 }, 4093)).toEqual({ offset, skip });
});

test.each([
  {
    weights: [1, 1, 1],
    first: 'ACBBAABCAACCACCAACBACCBACBACACAC',
    counts: [1364, 1364, 1365],
    fnv: 0x5fbf834c,
  },
  {
    weights: [3, 2, 1],
    first: 'ACBBAABCAABCAACAACBAACBACAAAAAAC',
    counts: [2046, 1364, 683],
    fnv: 0xd5dcc58e,
  },
  {
    weights: [1000, 7, 1],
    first: 'AAAAAAAAAAACAAAAAAAAAAAAAAAAAAAA',
    counts: [3965, 64, 64],
    fnv: 0x81732026,
  },
])('mh: the table for weights $weights', ({ weights, first, counts, fnv }) => {
  const table = mhTable(new Fleet('mh').add(...weights));
  expect(table.slice(0, 32)).toBe(first);
  expect(['A', 'B', 'C'].map((letter) => [...table].filter((slot) => slot === letter).length)).toEqual(
    counts,
  );
  expect(fnv1a(table)).toBe(fnv);
});

const MH_CLIENTS = [
  { address: '10.0.0.1', hash: 0x03080ce4, pick: 'B', portHash: 0x5bb5fc91, portPick: 'A', fallback: 'A' },
  { address: '10.0.0.2', hash: 0x41cfde13, pick: 'A', portHash: 0xa7225b10, portPick: 'B', fallback: 'A' },
  { address: '10.0.0.3', hash: 0x264d5ec5, pick: 'C', portHash: 0x9390eacf, portPick: 'A', fallback: 'C' },
  { address: '10.0.0.4', hash: 0xfd0943d4, pick: 'A', portHash: 0xdd5d35f6, portPick: 'A', fallback: 'A' },
  {
    address: '192.168.1.100',
    hash: 0xc15d2cf8,
    pick: 'C',
    portHash: 0xa583c111,
    portPick: 'B',
    fallback: 'C',
  },
  { address: '203.0.113.7', hash: 0xa86e2c15, pick: 'B', portHash: 0x778fca47, portPick: 'B', fallback: 'A' },
  { address: '0.0.0.1', hash: 0x16ec66b2, pick: 'A', portHash: 0xdd757317, portPick: 'C', fallback: 'A' },
];

test.each(MH_CLIENTS)('mh: $address', ({ address, hash, pick, portHash, portPick, fallback }) => {
  const client = flow(address, { sourcePort: PORT });
  expect(sipHash13(ipv4(address), 2_654_435_761) >>> 0).toBe(hash);
  expect(sipHash13((ipv4(address) + PORT) | 0, 2_654_435_761) >>> 0).toBe(portHash);
  const fleet = new Fleet('mh').add(1, 1, 1);
  expect(fleet.pick(client)).toBe(pick);
  fleet.flags = WITH_PORT;
  expect(fleet.pick(client)).toBe(portPick);
  fleet.flags = 0;
  fleet.server('B').overloaded = true;
  expect(fleet.pick(client)).toBe(pick === 'B' ? '—' : pick);
  fleet.flags = FALLBACK;
  expect(fleet.pick(client)).toBe(fallback);
});

test('mh remembers the last weight of a server that is quiesced: the table stays', () => {
  const fleet = new Fleet('mh').add(3, 2, 1);
  const before = mhTable(fleet);
  fleet.edit('A', 0);
  expect(mhTable(fleet)).toBe(before.replaceAll('A', '—'));
  fleet.edit('A', 3);
  expect(mhTable(fleet)).toBe(before);
});

test('mh knows nobody where every server was added with weight 0', () => {
  expect(new Fleet('mh').add(0, 0).pick()).toBe('—');
});

/** Which server each of sh's and dh's 256 buckets holds, found by an address for each bucket. */
function buckets(fleet: Fleet): string {
  const letters: string[] = [];
  let found = 0;
  for (let value = 0; found < 256; value++) {
    const bucket = hash32(value, 8);
    if (letters[bucket] !== undefined) continue;
    found++;
    const packet = { source: value, sourcePort: 0, destination: value, protocol: 6 };
    // Weight 0 hides a bucket's server, so it is looked at as if it had weight 1.
    const hidden = fleet.destinations.filter(({ weight }) => weight === 0);
    for (const server of hidden) server.weight = 1;
    letters[bucket] = fleet.pick(packet);
    for (const server of hidden) server.weight = 0;
  }
  return letters.join('');
}

/** Which server each of mh's slots leads to. */
function mhTable(fleet: Fleet): string {
  const letters: string[] = [];
  let found = 0;
  for (let value = 0; found < 4093; value++) {
    const slot = (sipHash13(value, 2_654_435_761) >>> 0) % 4093;
    if (letters[slot] !== undefined) continue;
    found++;
    letters[slot] = fleet.pick({ source: value, sourcePort: 0, destination: 0, protocol: 6 });
  }
  return letters.join('');
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
