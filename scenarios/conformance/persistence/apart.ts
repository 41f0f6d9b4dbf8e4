/** Templates that must not be taken for one another’s. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: persistence, §3.5')];

export const apart: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'persistence/protocols-apart',
      title: 'A client of TCP and UDP is remembered for each of them',
      requirement:
        'Persistent services of TCP and UDP on the same address and port remember a client apart: what TCP remembers does not decide where datagrams go.',
      sources: SOURCES,
    },
    { options: ['-p', '100'], servers: [{}] },
    async (journal, service, stage) => {
      const datagrams = await Service.add(stage, {
        protocol: 'udp',
        port: service.port,
        options: ['-p', '100'],
        servers: [{ weight: 0 }, {}],
      });
      const client = journal.newClient();
      journal.expect(service.segment(client, 'S'), 'rs1', 'the service of TCP has rs1 alone.');
      await stage.settle();
      journal.expect(datagrams.datagram(client), 'rs2', 'the service of UDP has rs2 alone.');
      await stage.settle();
      journal.expect(service.segment(journal.newClient(), 'S'), 'rs1', 'TCP’s template.');
      journal.expect(datagrams.datagram(journal.newClient()), 'rs2', 'UDP’s template.');
    },
  ),
  arrivalCase(
    {
      name: 'persistence/set-aside',
      title: 'A template that became invalid is found by no service',
      requirement:
        'A template whose server was quiesced is set aside where neither its own service nor one for all ports finds it, even after the server has its weight back.',
      sources: [...SOURCES, kernel('connections: invalidated templates, §14.7')],
    },
    { options: ['-p', '100'], servers: [{}, {}] },
    async (journal, service, stage) => {
      await Service.add(stage, {
        port: 0,
        options: ['-p', '100'],
        servers: [{ weight: 0 }, { weight: 0 }, {}],
      });
      await stage.director.set('expire_quiescent_template', 1);
      await journal.open('rs2', 'round robin.');
      await service.editServer(1, { weight: 0 });
      await journal.open('rs1', 'rs2 is quiesced, and its template set aside.');
      await service.editServer(1, { weight: 1 });
      await journal.open('rs1', 'the template that was made last.');
      const other = service.segment(journal.newClient(), 'S', { port: service.port + 1 });
      journal.expect(other, 'rs3', 'the service for all ports has rs3 alone.');
    },
  ),
];
