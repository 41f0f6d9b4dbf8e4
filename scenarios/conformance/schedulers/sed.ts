/** Shortest expected delay. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: sed, §2.6')];

export const sed: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/sed/sequence',
      title: 'sed: the server where one more connection means the shortest delay',
      requirement:
        'Shortest expected delay chooses the server for which active connections plus one, divided by the weight, is smallest; closed connections do not count.',
      sources: SOURCES,
    },
    { scheduler: 'sed', weights: [1, 2, 3], connections: 600, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/sed/leaves-idle',
      title: 'sed: a busy strong server can beat an idle weak one',
      requirement:
        'Shortest expected delay gives a server of weight 3 three connections before an idle one of weight 1 gets its first.',
      sources: SOURCES,
    },
    { scheduler: 'sed', servers: [{ weight: 1 }, { weight: 3 }] },
    async (journal) => {
      await journal.open('rs2 rs2 rs2 rs1 rs2 rs2 rs2 rs1', '(active + 1) / weight is smallest there.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/sed/udp',
      title: 'sed: UDP always finds the servers idle',
      requirement:
        'Shortest expected delay looks at active connections only, which UDP does not have: all of it goes to the server with the highest weight.',
      sources: [kernel('states: UDP, §4.5')],
    },
    { scheduler: 'sed', protocol: 'udp', servers: [{ weight: 1 }, { weight: 3 }, { weight: 2 }] },
    async (journal) => {
      await journal.open('rs2 rs2 rs2 rs2 rs2 rs2', 'no server ever has an active UDP connection.');
    },
  ),
];
