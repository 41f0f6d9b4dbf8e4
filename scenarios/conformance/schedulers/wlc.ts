/** Weighted least connections, the default. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { activeAgainstInactive } from './active-against-inactive.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: wlc, §2.5')];

export const wlc: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/wlc/sequence',
      title: 'wlc: the smallest load for the weight',
      requirement:
        'Weighted least connections, the default scheduler, gives each new connection to the server whose load divided by its weight is smallest, under any mix of open and closed connections.',
      sources: SOURCES,
    },
    { scheduler: 'wlc', weights: [1, 2, 3], connections: 900, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/wlc/weights',
      title: 'wlc: a server of weight 3 holds three times as many',
      requirement:
        'While all connections stay open, weighted least connections fills servers in proportion to their weights.',
      sources: SOURCES,
    },
    { scheduler: 'wlc', servers: [{ weight: 1 }, { weight: 2 }, { weight: 3 }] },
    async (journal) => {
      await journal.open(
        'rs3 rs2 rs1 rs3 rs2 rs3 rs3 rs2 rs1 rs3 rs2 rs3',
        'load divided by weight is smallest there, and of equals it was added last.',
      );
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/wlc/inactive',
      title: 'wlc: an active connection weighs as much as 257 inactive ones',
      requirement:
        'Weighted least connections counts an active connection as 256 plus one, and one that was closed but is still remembered as one.',
      sources: SOURCES,
    },
    { scheduler: 'wlc', servers: [{}, {}] },
    activeAgainstInactive,
  ),
  arrivalCase(
    {
      name: 'scheduler/wlc/udp',
      title: 'wlc: UDP is balanced by the flows that are remembered',
      requirement:
        'A UDP flow never counts as active, so weighted least connections balances UDP by the number of flows that have not expired yet.',
      sources: [kernel('states: UDP, §4.5')],
    },
    { scheduler: 'wlc', protocol: 'udp', servers: [{ weight: 1 }, { weight: 2 }] },
    async (journal) => {
      await journal.open('rs2 rs1 rs2 rs2 rs1 rs2 rs2 rs1 rs2', 'flows divided by weight are fewest there.');
    },
  ),
];
