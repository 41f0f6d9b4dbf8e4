/** Schedulers that take servers in turn: rr and wrr. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { article, kernel } from '../../harness/requirement.ts';
import { arrivalCase, sequenceCase } from '../play/cases.ts';

const RR = [article('scheduler'), kernel('schedulers: rr, §2.2')];
const WRR = [article('scheduler'), kernel('schedulers: wrr, §2.3')];

export const schedulerTurns: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/rr/sequence',
      title: 'rr: one after the other, always',
      requirement:
        'Round robin gives each new connection to the next server in the list, without regard to weights or load, and never loses its place in a thousand connections.',
      sources: RR,
    },
    { scheduler: 'rr', weights: [3, 1, 2], connections: 1000, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/rr/changes',
      title: 'rr: servers come and go, the place is kept',
      requirement:
        'A server that is added goes to the head of round robin’s list and waits until the turn comes round; when the server whose turn was last is removed, the one after it is next.',
      sources: RR,
    },
    { scheduler: 'rr', servers: [{}, {}] },
    async (journal, service) => {
      await journal.open('rs2 rs1 rs2', 'two servers take turns, the one added last first.');
      await service.addServer(2);
      await journal.open('rs1 rs3 rs2', 'the new server stands at the head: its turn comes after rs1’s.');
      await service.removeServer(1);
      await journal.open('rs1 rs3 rs1', 'rs2, whose turn was last, is gone: rs1 came after it.');
      await service.addServer(1);
      await journal.open('rs2 rs3 rs1', 'rs2 is back, at the head of the list.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/rr/edited',
      title: 'rr: an edit does not move the turn',
      requirement:
        'Round robin skips a server while its weight is 0, and neither an edit of a server nor one of the service that keeps the scheduler makes it start over.',
      sources: RR,
    },
    { scheduler: 'rr' },
    async (journal, service) => {
      await journal.open('rs3', 'the server added last is first.');
      await service.editServer(2, { weight: 7 });
      await journal.open('rs2', 'an edit of a server leaves the place as it was.');
      await service.edit('-s', 'rr');
      await journal.open('rs1 rs3', 'an edit of the service with the same scheduler does too.');
      await service.editServer(1, { weight: 0 });
      await journal.open('rs1 rs3 rs1', 'rs2 has weight 0 and is skipped.');
      await service.editServer(1, { weight: 1 });
      await journal.open('rs3 rs2 rs1', 'rs2 may be chosen again.');
    },
  ),
  sequenceCase(
    {
      name: 'scheduler/wrr/sequence',
      title: 'wrr: shares as the weights say, in the order of a falling bar',
      requirement:
        'Weighted round robin visits every server once, and then goes in rounds under a bar that falls from the highest weight to 1: in each round whoever’s weight reaches the bar gets one connection, so that 4, 3 and 2 of nine go to weights 4, 3 and 2.',
      sources: WRR,
    },
    { scheduler: 'wrr', weights: [4, 3, 2], connections: 900, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/wrr/divisor',
      title: 'wrr: the bar falls by the weights’ common divisor',
      requirement:
        'Weights 6, 4 and 2 are served as 3, 2 and 1 would be: the bar of weighted round robin falls by the greatest common divisor of the weights.',
      sources: WRR,
    },
    { scheduler: 'wrr', weights: [6, 4, 2], connections: 300, heldAtMost: 20 },
  ),
  sequenceCase(
    {
      name: 'scheduler/wrr/weight-zero',
      title: 'wrr: weight 0 takes no part',
      requirement:
        'Weighted round robin gives nothing to a server of weight 0, and the others keep their shares.',
      sources: WRR,
    },
    { scheduler: 'wrr', weights: [2, 0, 1], connections: 150, heldAtMost: 10 },
  ),
  arrivalCase(
    {
      name: 'scheduler/wrr/after-edit',
      title: 'wrr: an edit starts at the head of the list, under the same bar',
      requirement:
        'When a weight changes, weighted round robin goes on from the head of its list; the bar stays where it was unless it is above the new highest weight.',
      sources: WRR,
    },
    { scheduler: 'wrr', servers: [{ weight: 4 }, { weight: 3 }, { weight: 2 }] },
    async (journal, service) => {
      await journal.open('rs3 rs2 rs1 rs1 rs2', 'first everybody once, then rounds for weights 4, 3, 2.');
      await service.editServer(0, { weight: 1 });
      await journal.open(
        'rs2 rs3 rs2 rs3 rs2 rs1 rs2 rs3 rs2 rs3 rs2 rs1',
        'weights are 1, 3, 2 now; the bar stands at 3.',
      );
      await service.removeServer(1);
      await journal.open('rs3 rs1 rs3 rs3 rs1 rs3 rs3 rs1 rs3', 'rs2 is gone; weights are 1 and 2.');
    },
  ),
  arrivalCase(
    {
      name: 'scheduler/wrr/full',
      title: 'wrr: who is full is passed over',
      requirement:
        'Weighted round robin passes over servers at their upper threshold while the bar falls, and chooses nobody when all are.',
      sources: WRR,
    },
    {
      scheduler: 'wrr',
      servers: [{ weight: 3 }, { weight: 2, options: ['-x', '2'] }, { weight: 1, options: ['-x', '1'] }],
    },
    async (journal, service) => {
      await journal.open('rs3 rs2 rs1', 'the first round visits everybody.');
      await journal.open('rs1 rs2 rs1', 'rs3 is full; the bar falls from 3.');
      await journal.open('rs1 rs1 rs1 rs1', 'rs2 is full too.');
      await service.editServer(0, { weight: 3, options: ['-x', '2'] });
      await journal.open('none none', 'all are full.');
    },
  ),
];
