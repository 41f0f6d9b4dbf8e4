/** Weights that do not fit into 16 bits, and products of weights and connections that do not fit into 32. */

import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

interface Large {
  readonly weights: readonly [number, number, number];
  readonly section: string;
  readonly requirement: string;
}

const BY_LOAD = [65_536, 3 * 65_536, 2 ** 31 - 1] as const;

const LARGE: Readonly<Record<string, Large>> = {
  rr: {
    weights: [65_536, 131_072, 2 ** 31 - 1],
    section: '§2.2',
    requirement: 'Round robin takes every server whose weight is not 0, and 65536 is not 0.',
  },
  wrr: {
    weights: [65_536, 131_072, 196_608],
    section: '§2.3',
    requirement: 'Weights 65536, 131072 and 196608 are served as 1, 2 and 3 would be.',
  },
  lc: {
    weights: [65_536, 131_072, 2 ** 31 - 1],
    section: '§2.4',
    requirement: 'Least connections takes every server whose weight is not 0, and 65536 is not 0.',
  },
  wlc: {
    weights: BY_LOAD,
    section: '§2.5',
    requirement: 'Connections are divided by weights up to 2147483647 without an overflow.',
  },
  sed: {
    weights: BY_LOAD,
    section: '§2.6',
    requirement: 'The expected delay is compared for weights up to 2147483647 without an overflow.',
  },
  nq: {
    weights: BY_LOAD,
    section: '§2.7',
    requirement:
      'Where nobody is idle, delays are compared for weights up to 2147483647 without an overflow.',
  },
  fo: {
    weights: [70_000, 65_537, 3],
    section: '§2.8',
    requirement: 'The highest weight is the highest of all 31 bits.',
  },
  ovf: {
    weights: [3, 65_537, 7],
    section: '§2.9',
    requirement: 'A weight of 65537 leaves room for as many active connections.',
  },
  sh: {
    weights: [65_536, 1, 2 ** 31 - 1],
    section: '§2.13',
    requirement: 'A weight that is larger than the table fills the whole of it.',
  },
};

export const largeWeights: readonly PacketCase[] = Object.entries(LARGE).map(
  ([scheduler, { weights, section, requirement }]) =>
    sequenceCase(
      {
        name: `scheduler/${scheduler}/weights-of-31-bits`,
        title: `${scheduler}: weights have 31 bits`,
        requirement,
        sources: [kernel(`schedulers: ${scheduler}, ${section}`)],
      },
      { scheduler, weights, connections: 120, heldAtMost: 40 },
    ),
);
