/** The reference models against vectors that were computed with the kernel’s own algorithms. */
import { describe, expect, it } from 'vitest';
import { ipNumber } from '../../../lab/frames/index.ts';
import type { Decision, Model, ModelServer } from '../../../scenarios/models/choice.ts';
import { dh } from '../../../scenarios/models/dh.ts';
import { hash32 } from '../../../scenarios/models/hash32.ts';
import { mh, slotsOf } from '../../../scenarios/models/mh.ts';
import { modelOf } from '../../../scenarios/models/reference-model.ts';
import { bucketsOf, sh } from '../../../scenarios/models/sh.ts';
import { sipHash32 } from '../../../scenarios/models/siphash.ts';
import { twosProbabilities } from '../../../scenarios/models/twos.ts';

/** Servers A, B, C, … were added in this order, so the list begins with the last. */
function fleet(...weights: readonly number[]): ModelServer[] {
  return weights
    .map((weight, i) => ({
      name: 'ABCDEFGH'[i]!,
      address: `172.16.0.${i + 1}`,
      port: 80,
      weight,
      active: 0,
      inactive: 0,
    }))
    .reverse();
}

/** Names of those chosen one after the other, every connection staying active. */
function picks(model: Model, list: readonly ModelServer[], count: number): string {
  const past: Decision[] = [];
  for (let i = 0; i < count; i++) {
    const loaded = list.map((server) => ({
      ...server,
      active: past.filter((one) => one.server === server.name).length,
    }));
    const request = { client: '10.0.0.1', clientPort: i, destination: '10.0.0.9' };
    past.push({ request, server: model(loaded, request, past) });
  }
  return past.map(({ server }) => server ?? '—').join('');
}

describe('schedulers in turn', () => {
  it.each([
    ['rr', [1, 1, 1], 'CBACBAC'],
    ['rr', [1, 0, 1], 'CACACA'],
    ['wrr', [1, 2, 3], 'CBACCBCBACCBCBACCBCB'],
    ['wrr', [4, 3, 2], 'CBAABACBACBAABACBACB'],
    ['wrr', [4, 2, 2], 'CBAACBAACBAACBAACBAA'],
    ['wrr', [5, 1, 1], 'CBAAAAACBAAAAACBAAAA'],
    ['wrr', [2, 0, 1], 'CAACAACAACAACAACAACA'],
    ['wrr', [6, 4, 2, 0], 'CBAABACBAABACBAABACB'],
    ['wlc', [1, 2, 3], 'CBACBCCBACBC'],
    ['sed', [1, 2, 3], 'CBCCBACBCCBA'],
    ['nq', [1, 2, 3], 'CBACCBCBCCBA'],
  ])('%s with weights %j picks %s', (scheduler, weights, expected) => {
    expect(picks(modelOf(scheduler), fleet(...weights), expected.length)).toBe(expected);
  });
});

const CLIENTS = [
  // address, hash32 8 bits, 10 bits, 8 bits with port, sh, sh-port, sh with B full, sh-fallback with B full, dh
  ['10.0.0.1', 39, 159, 134, 'A', 'B', 'A', 'A', 'C'],
  ['10.0.0.2', 137, 550, 232, 'B', 'C', undefined, 'A', 'A'],
  ['10.0.0.3', 235, 941, 74, 'A', 'B', 'A', 'A', 'B'],
  ['10.0.0.4', 77, 308, 171, 'B', 'A', undefined, 'A', 'A'],
  ['192.168.1.100', 89, 357, 184, 'B', 'C', undefined, 'A', 'A'],
  ['203.0.113.7', 124, 499, 219, 'C', 'A', 'C', 'C', 'B'],
  ['255.255.255.255', 158, 632, 253, 'B', 'B', undefined, 'C', 'A'],
  ['0.0.0.1', 97, 391, 192, 'B', 'C', undefined, 'A', 'B'],
] as const;

describe('hashing', () => {
  it('deals out buckets by weight, and one to a quiesced server', () => {
    expect(namesOf(bucketsOf(fleet(1, 2, 1)))).toMatch(/^(CBBA)+$/);
    expect(namesOf(bucketsOf(fleet(1, 0, 1)))).toMatch(/^(CBA)+C$/);
  });

  it.each(CLIENTS)(
    'finds the servers of %s',
    (client, h8, h10, h8Port, plain, port, bFull, fallback, asDaddr) => {
      const value = ipNumber(client);
      expect([hash32(value, 8), hash32(value, 10), hash32((value + 12345) % 2 ** 32, 8)]).toEqual([
        h8,
        h10,
        h8Port,
      ]);
      const request = { client, clientPort: 12345, destination: client };
      const list = fleet(1, 2, 1);
      const withoutB = list.map((server) => (server.name === 'B' ? { ...server, isFull: true } : server));
      expect(sh()(list, request, [])).toBe(plain);
      expect(sh({ withPort: true })(list, request, [])).toBe(port);
      expect(sh()(withoutB, request, [])).toBe(bFull);
      expect(sh({ withFallback: true })(withoutB, request, [])).toBe(fallback);
      expect(dh(fleet(1, 5, 1), request, [])).toBe(asDaddr);
    },
  );
});

const MAGLEV = [
  ['10.0.0.1', 0x03080ce4, 'B', 'A', 'A'],
  ['10.0.0.2', 0x41cfde13, 'A', 'B', 'A'],
  ['10.0.0.3', 0x264d5ec5, 'C', 'A', 'C'],
  ['10.0.0.4', 0xfd0943d4, 'A', 'A', 'A'],
  ['192.168.1.100', 0xc15d2cf8, 'C', 'B', 'C'],
  ['203.0.113.7', 0xa86e2c15, 'B', 'B', 'A'],
  ['0.0.0.1', 0x16ec66b2, 'A', 'C', 'A'],
] as const;

describe('Maglev', () => {
  it.each([
    [[1, 1, 1], 'ACBBAABCAACCACCAACBACCBACBACACAC', [1364, 1364, 1365]],
    [[3, 2, 1], 'ACBBAABCAABCAACAACBAACBACAAAAAAC', [2046, 1364, 683]],
    [[1000, 7, 1], 'AAAAAAAAAAACAAAAAAAAAAAAAAAAAAAA', [3965, 64, 64]],
  ])('deals out slots for weights %j', (weights, beginning, counts) => {
    const slots = slotsOf(fleet(...weights)).join('');
    expect(slots.slice(0, 32)).toBe(beginning);
    expect(['A', 'B', 'C'].map((name) => slots.split(name).length - 1)).toEqual(counts);
  });

  it.each(MAGLEV)('finds the servers of %s', (client, hash, plain, port, fallback) => {
    expect(sipHash32(ipNumber(client), 0x9e3779b1n)).toBe(hash);
    const request = { client, clientPort: 12345, destination: '10.0.0.9' };
    const list = fleet(1, 1, 1);
    const withoutB = list.map((server) => (server.name === 'B' ? { ...server, isFull: true } : server));
    expect(mh()(list, request, [])).toBe(plain);
    expect(mh({ withPort: true })(list, request, [])).toBe(port);
    expect(mh({ withFallback: true })(withoutB, request, [])).toBe(fallback);
  });

  it('keeps the slots of a quiesced server by its last weight', () => {
    const list = fleet(1, 1, 1).map((server) =>
      server.name === 'B' ? { ...server, weight: 0, lastWeight: 1 } : server,
    );
    expect(slotsOf(list)).toEqual(slotsOf(fleet(1, 1, 1)));
  });
});

describe('two choices', () => {
  it('draws the first of the list with one number more than its weight', () => {
    const probabilities = twosProbabilities(fleet(1, 2, 1));
    expect(probabilities.get('C')).toBeCloseTo(2 / 5);
    expect(probabilities.get('B')).toBeCloseTo(2 / 5);
    expect(probabilities.get('A')).toBeCloseTo(1 / 5);
  });

  it('gives a loaded server only what is drawn twice', () => {
    const list = fleet(1, 1).map((server) => (server.name === 'A' ? { ...server, active: 9 } : server));
    expect(twosProbabilities(list).get('A')).toBeCloseTo(1 / 9);
  });
});

function namesOf(servers: readonly ModelServer[]): string {
  return servers.map(({ name }) => name).join('');
}
