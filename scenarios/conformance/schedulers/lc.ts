/** Least connections. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { activeAgainstInactive } from './active-against-inactive.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: lc, §2.4')];

export const lc: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/lc/sequence',
      title: 'lc: the smallest load, whatever the weights',
      requirement:
        'Least connections gives each new connection to the server with the smallest load, in which an active connection counts as much as 257 closed ones that are still remembered; of equals the one added last wins.',
      sources: SOURCES,
    },
    { scheduler: 'lc', weights: [1, 5, 2], connections: 600, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/lc/inactive',
      title: 'lc: an active connection weighs as much as 257 inactive ones',
      requirement:
        'Least connections compares active connections first, and closed ones that are still remembered only as fractions: 256 of them are less than one active connection, 258 are more.',
      sources: SOURCES,
    },
    { scheduler: 'lc', servers: [{}, {}] },
    activeAgainstInactive,
  ),
];
