/** Weighted round robin. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: wrr, §2.3')];

export const wrr: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/wrr/sequence',
      title: 'wrr: shares as the weights say, in the order of a falling bar',
      requirement:
        'Weighted round robin visits every server once, and then goes in rounds under a bar that falls from the highest weight to 1: in each round whoever’s weight reaches the bar gets one connection, so that 4, 3 and 2 of nine go to weights 4, 3 and 2.',
      sources: SOURCES,
    },
    { scheduler: 'wrr', weights: [4, 3, 2], connections: 900, heldAtMost: 30 },
  ),
  sequenceCase(
    {
      name: 'scheduler/wrr/divisor',
      title: 'wrr: the bar falls by the weights’ common divisor',
      requirement:
        'Weights 6, 4 and 2 are served as 3, 2 and 1 would be: the bar of weighted round robin falls by the greatest common divisor of the weights.',
      sources: SOURCES,
    },
    { scheduler: 'wrr', weights: [6, 4, 2], connections: 300, heldAtMost: 20 },
  ),
  sequenceCase(
    {
      name: 'scheduler/wrr/weight-zero',
      title: 'wrr: weight 0 takes no part',
      requirement:
        'Weighted round robin gives nothing to a server of weight 0, and the others keep their shares.',
      sources: SOURCES,
    },
    { scheduler: 'wrr', weights: [2, 0, 1], connections: 150, heldAtMost: 10 },
  ),
  arrivalCase(
    {
      name: 'scheduler/wrr/after-edit',
      title: 'wrr: an edit starts at the head of the list, under the same bar',
      requirement:
        'When a weight changes, weighted round robin goes on from the head of its list; the bar stays where it was unless it is above the new highest weight.',
      sources: SOURCES,
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
      title: 'wrr: a full server is passed over',
      requirement:
        'Weighted round robin passes over servers at their upper threshold while the bar falls, and chooses nobody when all are.',
      sources: SOURCES,
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
