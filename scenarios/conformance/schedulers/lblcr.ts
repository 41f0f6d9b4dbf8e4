/** Locality-based least connections with replication. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { MANY_DESTINATIONS, sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: lblcr, §2.16')];
const THREE_OF_TWO = [{ weight: 2 }, { weight: 2 }, { weight: 2 }];

export const lblcr: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/lblcr/sequence',
      title: 'lblcr: an address has as many servers as it needs',
      requirement:
        'Locality-based least connections with replication keeps a set of servers for each destination address, gives connections to the least loaded of them, and lets the set grow when that one has more than its weight while another is half idle.',
      sources: SOURCES,
    },
    { scheduler: 'lblcr', weights: [3, 2, 4], connections: 500, heldAtMost: 14 },
  ),
  arrivalCase(
    {
      name: 'scheduler/lblcr/replication',
      title: 'lblcr: servers that helped out stay in the set',
      requirement:
        'A server that was added to an address’s set goes on taking part: once the set holds all servers, connections are spread over it by load.',
      sources: SOURCES,
    },
    { scheduler: 'lblcr', servers: THREE_OF_TWO },
    async (journal) => {
      await journal.open('rs3 rs3 rs3', 'the set is rs3, which is not past its weight.');
      await journal.open(
        'rs2 rs2 rs2',
        'rs3 has 3 of weight 2: rs2 joins the set and has the least load of it.',
      );
      await journal.open('rs1 rs1 rs1', 'both have 3 of weight 2: rs1 joins.');
      await journal.open(
        'rs1 rs2 rs3 rs1 rs2 rs3',
        'nobody idles: the least loaded of the set, newest member first.',
      );
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/lblcr/expiration',
      title: 'lblcr: a set unchanged for long loses its most loaded server',
      requirement:
        'When an address’s set has not changed for lblcr_expiration, locality-based least connections with replication takes the most loaded server out of it, at the next connection; that connection may still go there.',
      sources: SOURCES,
      virtualTime: true,
    },
    { scheduler: 'lblcr', servers: THREE_OF_TWO },
    async (journal, _service, stage) => {
      await stage.director.set('lblcr_expiration', 60);
      await journal.open('rs3 rs3 rs3 rs2 rs2 rs2 rs1 rs1 rs1', 'the set has grown to all three.');
      await journal.open('rs1 rs2', 'the least loaded of the set, newest member first.');
      await stage.wait(61_000);
      await journal.open('rs3', 'the least loaded of the set; rs1, the most loaded, leaves it.');
      await journal.open('rs2 rs3 rs2 rs3', 'rs1 is no longer in the set.');
    },
  ),
  sequenceCase(
    {
      name: 'scheduler/lblcr/by-destination',
      title: 'lblcr: each destination address has its set',
      requirement:
        'With a mark over many addresses, locality-based least connections with replication keeps a set of servers for each of them.',
      sources: SOURCES,
    },
    {
      scheduler: 'lblcr',
      weights: [6, 3, 9],
      connections: 600,
      heldAtMost: 40,
      destinations: MANY_DESTINATIONS,
    },
  ),
];
