/** Never queue. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: nq, §2.7')];

export const nq: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/nq/sequence',
      title: 'nq: idle servers first, then as sed',
      requirement:
        'Never queue gives a connection to the first server without an active one; only when all have work it goes by shortest expected delay.',
      sources: SOURCES,
    },
    { scheduler: 'nq', weights: [1, 2, 3], connections: 600, heldAtMost: 12 },
  ),
  arrivalCase(
    {
      name: 'scheduler/nq/idle-first',
      title: 'nq: nobody idles while another works',
      requirement:
        'Never queue gives an idle server of weight 1 a connection before one of weight 3 gets its second, and again as soon as it is idle once more.',
      sources: SOURCES,
    },
    { scheduler: 'nq', servers: [{ weight: 1 }, { weight: 3 }] },
    async (journal) => {
      await journal.open('rs2', 'all are idle: the server added last.');
      const [only] = await journal.open('rs1', 'rs1 is idle.');
      await journal.open('rs2 rs2 rs2', 'nobody is idle: (active + 1) / weight is smallest there.');
      await journal.close([only!]);
      await journal.open('rs1', 'rs1 is idle again.');
    },
  ),
];
