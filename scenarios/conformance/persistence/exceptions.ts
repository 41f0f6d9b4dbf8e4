/** What breaks persistence and what does not. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const SOURCES = [kernel('connections: persistence, §3.5')];
const MINUTE = ['-p', '60'];

export const exceptions: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'persistence/weight-zero',
      title: 'Weight 0 does not send clients away',
      requirement:
        'A persistent client goes on to be given new connections to its server while that has weight 0; only clients that are not known yet stay away.',
      sources: SOURCES,
    },
    { options: MINUTE },
    async (journal, service, stage) => {
      journal.expect(journal.openOne(journal.newClient(1)), 'rs3', 'round robin.');
      await stage.settle();
      await service.editServer(2, { weight: 0 });
      journal.expect(journal.openOne(journal.newClient(1)), 'rs3', 'weight 0 does not break persistence.');
      journal.expect(
        journal.openOne(journal.newClient(2)),
        'rs2',
        'a new client is not given a server of weight 0.',
      );
      journal.expect(
        journal.openOne(journal.newClient(3)),
        'rs1',
        'a new client is not given a server of weight 0.',
      );
      journal.expect(
        journal.openOne(journal.newClient(4)),
        'rs2',
        'a new client is not given a server of weight 0.',
      );
    },
  ),
  arrivalCase(
    {
      name: 'persistence/expire-quiescent',
      title: 'expire_quiescent_template: weight 0 does send them away',
      requirement:
        'With expire_quiescent_template set, a client whose server has weight 0 is scheduled anew at its next connection, and sticks to its new server; connections that exist go on.',
      sources: SOURCES,
    },
    { options: MINUTE },
    async (journal, service, stage) => {
      await stage.director.set('expire_quiescent_template', 1);
      const old = journal.newClient(1);
      journal.expect(journal.openOne(old), 'rs3', 'round robin.');
      await stage.settle();
      journal.expect(journal.openOne(journal.newClient(1)), 'rs3', 'the client sticks.');
      await stage.settle();
      await service.editServer(2, { weight: 0 });
      journal.expect(service.segment(old, 'PA'), 'rs3', 'the connection goes on.');
      journal.expect(journal.openOne(journal.newClient(1)), 'rs2', 'rs3 has weight 0: scheduled anew.');
      await stage.settle();
      await service.editServer(2);
      journal.expect(journal.openOne(journal.newClient(1)), 'rs2', 'the client sticks to its new server.');
    },
  ),
  arrivalCase(
    {
      name: 'persistence/overload',
      title: 'A full server still takes its own clients',
      requirement:
        'A server at its upper threshold is given no new clients, but those who stick to it go on to be given connections.',
      sources: SOURCES,
    },
    { options: MINUTE, servers: [{}, { options: ['-x', '1'] }] },
    async (journal, _service, stage) => {
      journal.expect(journal.openOne(journal.newClient(1)), 'rs2', 'round robin.');
      await stage.settle();
      journal.expect(journal.openOne(journal.newClient(2)), 'rs1', 'round robin.');
      journal.expect(journal.openOne(journal.newClient(3)), 'rs1', 'rs2 has one connection: it is full.');
      journal.expect(journal.openOne(journal.newClient(1)), 'rs2', 'this client sticks to rs2, full or not.');
      journal.expect(journal.openOne(journal.newClient(4)), 'rs1', 'rs2 is full.');
    },
  ),
  arrivalCase(
    {
      name: 'persistence/removed-server',
      title: 'Clients of a removed server are scheduled anew',
      requirement:
        'When the server that a client sticks to is removed, the client’s next connection gets another one.',
      sources: SOURCES,
    },
    { options: MINUTE },
    async (journal, service, stage) => {
      journal.expect(journal.openOne(journal.newClient(1)), 'rs3', 'round robin.');
      await stage.settle();
      await service.removeServer(2);
      journal.expect(journal.openOne(journal.newClient(1)), 'rs2', 'rs3 is removed.');
      await stage.settle();
      journal.expect(journal.openOne(journal.newClient(1)), 'rs2', 'the client sticks to its new server.');
    },
  ),
];
