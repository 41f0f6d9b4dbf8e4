/** Destination hashing. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import type { Service } from '../../kit/service.ts';
import { modelOf } from '../../models/reference-model.ts';
import { openFromMany } from './open-from-many.ts';
import { MANY_DESTINATIONS, sequenceCase } from './sequences/sequence-case.ts';

const SOURCES = [article('scheduler'), kernel('schedulers: dh, §2.12')];

/** The one server that a hash of the VIP leads to. */
function serverOfVip(service: Service): string {
  const list = service.servers.map((server) => ({ ...server, active: 0, inactive: 0 })).reverse();
  const request = { client: service.stage.clientAddress(), clientPort: 0, destination: service.stage.vip };
  return modelOf('dh')(list, request, []) as string;
}

const indexOf = (server: string) => Number(server.slice(2)) - 1;

export const dh: readonly PacketCase[] = [
  sequenceCase(
    {
      name: 'scheduler/dh/sequence',
      title: 'dh: the destination address decides alone',
      requirement:
        'Destination hashing computes the server from the address that the packet is for; clients of one VIP therefore all get the same server, whatever the load and the weights.',
      sources: SOURCES,
    },
    { scheduler: 'dh', weights: [1, 5, 1], connections: 200, heldAtMost: 30 },
  ),
  arrivalCase(
    {
      name: 'scheduler/dh/quiesced',
      title: 'dh: nobody steps in for a quiesced server',
      requirement:
        'When the server that destination hashing leads to has weight 0, connections are refused though others are idle; when it is removed, the buckets are dealt out anew among those that are left.',
      sources: SOURCES,
    },
    { scheduler: 'dh' },
    async (journal, service) => {
      const own = serverOfVip(service);
      await journal.open(`${own} ${own}`, 'the hash of the VIP leads there.');
      await service.editServer(indexOf(own), { weight: 0 });
      await journal.open('none none', `${own} has weight 0.`);
      await service.editServer(indexOf(own), { weight: 1 });
      await journal.open(own, `${own} is back.`);
      await service.removeServer(indexOf(own));
      await openFromMany(journal, service, `${own} was removed.`, { removed: own });
    },
  ),
  sequenceCase(
    {
      name: 'scheduler/dh/by-destination',
      title: 'dh: each destination address has its server',
      requirement:
        'With a mark over many addresses, destination hashing sends each address to one server, computed from the address alone: a cache behind it sees the same addresses every time.',
      sources: SOURCES,
    },
    {
      scheduler: 'dh',
      weights: [1, 5, 2],
      connections: 300,
      heldAtMost: 20,
      destinations: MANY_DESTINATIONS,
    },
  ),
];
