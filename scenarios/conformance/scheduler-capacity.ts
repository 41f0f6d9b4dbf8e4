/** Schedulers that fill servers one after the other: fo and ovf. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { article, kernel } from '../../harness/requirement.ts';
import { arrivalCase, sequenceCase } from '../play/cases.ts';

const FO = [article('scheduler'), kernel('schedulers: fo, §2.8')];
const OVF = [article('scheduler'), kernel('schedulers: ovf, §2.9')];

export const schedulerCapacity: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/fo/sequence',
      title: 'fo: the highest weight takes everything',
      requirement:
        'Weighted failover gives every connection to the server with the highest weight, however many it has; of equal weights the server added last takes all.',
      sources: FO,
    },
    { scheduler: 'fo', weights: [2, 5, 5], connections: 200, heldAtMost: 40 },
  ),
  arrivalCase(
    {
      name: 'scheduler/fo/failover',
      title: 'fo: the next weight steps in, and steps back',
      requirement:
        'When the server with the highest weight is quiesced, removed or full, weighted failover goes on with the next highest weight, and returns as soon as the first one is to be had again.',
      sources: FO,
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
  sequenceCase(
    {
      name: 'scheduler/ovf/sequence',
      title: 'ovf: one server after the other',
      requirement:
        'Overflow gives connections to the server with the highest weight until it has more active ones than its weight, then to the next; as soon as connections close, it comes back.',
      sources: OVF,
    },
    { scheduler: 'ovf', weights: [8, 4, 2], connections: 600, heldAtMost: 20 },
  ),
  arrivalCase(
    {
      name: 'scheduler/ovf/capacity',
      title: 'ovf: a server of weight 3 takes four',
      requirement:
        'Overflow passes a server over once it has more active connections than its weight, so that one of weight w takes w + 1; when all are past theirs, nobody is chosen.',
      sources: OVF,
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
