/** The one server that may be chosen. */

import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const ROUND_ROBINS = { rr: '§2.2', wrr: '§2.3' };

export const onlyOne: readonly PacketCase[] = Object.entries(ROUND_ROBINS).map(([scheduler, section]) =>
  sequenceCase(
    {
      name: `scheduler/${scheduler}/only-one`,
      title: `${scheduler}: the only one left gets everything`,
      requirement:
        'Where all servers but one in the middle have weight 0, it is chosen each time and nobody else is, however often the scheduler comes around.',
      sources: [article('scheduler'), kernel(`schedulers: ${scheduler}, ${section}`)],
    },
    { scheduler, weights: [0, 1, 0], connections: 60, heldAtMost: 10 },
  ),
);
