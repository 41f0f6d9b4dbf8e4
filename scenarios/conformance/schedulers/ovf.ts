/** Overflow. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: ovf, §2.9')];

export const ovf: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/ovf/sequence',
      title: 'ovf: one server after the other',
      requirement:
        'Overflow gives connections to the server with the highest weight until it has more active ones than its weight, then to the next; as soon as connections close, it comes back.',
      sources: SOURCES,
    },
    { scheduler: 'ovf', weights: [8, 4, 2], connections: 600, heldAtMost: 20 },
  ),
  arrivalCase(
    {
      name: 'scheduler/ovf/capacity',
      title: 'ovf: a server of weight 3 takes four',
      requirement:
        'Overflow passes a server over once it has more active connections than its weight, so that one of weight w takes w + 1; when all are past theirs, nobody is chosen.',
      sources: SOURCES,
    },
    { scheduler: 'ovf', servers: [{ weight: 1 }, { weight: 2 }, { weight: 3 }] },
    async (journal) => {
      const [first] = await journal.open('rs3 rs3 rs3 rs3', 'weight 3 is the highest: four connections.');
      const [second] = await journal.open('rs2 rs2 rs2', 'rs3 is past its weight; weight 2 takes three.');
      await journal.open('rs1 rs1', 'weight 1 takes two.');
      await journal.open('none none', 'all servers have more active connections than their weights.');
      await journal.close([second!]);
      await journal.open('rs2 none', 'one connection of rs2 was closed: there is room for one.');
      await journal.close([first!]);
      await journal.open('rs3 none', 'one connection of rs3 was closed.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/ovf/udp',
      title: 'ovf: UDP never overflows',
      requirement:
        'Overflow counts active connections, which UDP does not have: all of it goes to the server with the highest weight, however many flows there are.',
      sources: [kernel('states: UDP, §4.5')],
    },
    { scheduler: 'ovf', protocol: 'udp', servers: [{ weight: 2 }, { weight: 1 }] },
    async (journal) => {
      await journal.open('rs1 rs1 rs1 rs1 rs1 rs1', 'no UDP flow counts as active.');
    },
  ),
];
