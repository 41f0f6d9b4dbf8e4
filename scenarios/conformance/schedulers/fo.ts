/** Weighted failover. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: fo, §2.8')];

export const fo: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/fo/sequence',
      title: 'fo: the highest weight takes everything',
      requirement:
        'Weighted failover gives every connection to the server with the highest weight, however many it has; of equal weights the server added last takes all.',
      sources: SOURCES,
    },
    { scheduler: 'fo', weights: [2, 5, 5], connections: 200, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/fo/failover',
      title: 'fo: the next weight steps in, and steps back',
      requirement:
        'When the server with the highest weight is quiesced, removed or full, weighted failover goes on with the next highest weight, and returns as soon as the first one is to be had again.',
      sources: SOURCES,
    },
    { scheduler: 'fo', servers: [{ weight: 1 }, { weight: 3 }, { weight: 2 }] },
    async (journal, service) => {
      await journal.open('rs2 rs2', 'weight 3 is the highest.');
      await service.editServer(1, { weight: 0 });
      await journal.open('rs3 rs3', 'rs2 is quiesced: weight 2 is the highest.');
      await service.removeServer(2);
      await journal.open('rs1 rs1', 'rs3 is removed: weight 1 is left.');
      await service.addServer(2, { weight: 2 });
      await journal.open('rs3', 'rs3 is back.');
      await service.editServer(1, { weight: 3, options: ['-x', '3'] });
      await journal.open(
        'rs2 rs3',
        'rs2 may have three connections and has two: it takes one, then it is full.',
      );
    },
  ),
];
