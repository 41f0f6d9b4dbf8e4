/** mh: what a deleted server leaves behind. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const CLIENTS = 40;

export const mhRevived: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'scheduler/mh/added-again-quiesced',
      title: 'mh: a server that comes back with weight 0 has no share of the table',
      requirement:
        'A server that is quiesced keeps its slots of the Maglev table, whose clients are then refused; one that is deleted and added again with weight 0 has none, and every client is served by the others.',
      sources: [kernel('schedulers: mh, §2.14')],
    },
    { scheduler: 'mh', servers: [{}, {}] },
    async (journal, service, stage) => {
      // A connection keeps the deleted server from being forgotten.
      for (let n = 1; n <= CLIENTS; n++) service.segment(service.client(900, n), 'S');
      await stage.settle();
      await service.removeServer(1);
      await service.addServer(1, { weight: 0 });
      for (let n = 1; n <= CLIENTS; n++) {
        journal.expect(service.segment(journal.newClient(n), 'S'), 'rs1', 'rs2 has no slot of the table.');
      }
    },
  ),
];
