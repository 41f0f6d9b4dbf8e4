/** Round robin. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: rr, §2.2')];

export const rr: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/rr/sequence',
      title: 'rr: one after the other, always',
      requirement:
        'Round robin gives each new connection to the next server in the list, without regard to weights or load, and never loses its place in a thousand connections.',
      sources: SOURCES,
    },
    { scheduler: 'rr', weights: [3, 1, 2], connections: 1000, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/rr/changes',
      title: 'rr: servers come and go, the place is kept',
      requirement:
        'A server that is added goes to the head of round robin’s list and waits until the turn comes round; when the server whose turn was last is removed, the one after it is next.',
      sources: SOURCES,
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
      sources: SOURCES,
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
];
