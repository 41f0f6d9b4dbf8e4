/** Which packets belong to a connection. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';

const TABLE = [kernel('connections: look-up, §3.2')];

export const lookUp: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'connection/stays',
      title: 'The scheduler is asked once for each connection',
      requirement:
        'A connection’s packets all go to the server that its first packet was given, while others come and go, the scheduler changes and weights change: the connection table is asked before the scheduler.',
      sources: [article('scheduler'), ...TABLE],
    },
    {},
    async (journal, service, stage) => {
      const [first, second] = await journal.open('rs3 rs2', 'round robin.');
      const both = (why: string) => {
        journal.expect(service.segment(first!, 'PA'), 'rs3', why);
        journal.expect(service.segment(second!, 'PA'), 'rs2', why);
      };
      await journal.open('rs1 rs3 rs2 rs1', 'round robin.');
      both('the connection began there.');
      await stage.settle();
      await service.edit('-s', 'fo');
      both('the connection began there, and another scheduler changes nothing about that.');
      await stage.settle();
      await service.editServer(2, { weight: 100 });
      both('the connection began there, and another weight changes nothing about that.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/client-port',
      title: 'Another client port is another connection',
      requirement:
        'Two connections of one client address that differ in the client’s port alone are two connections.',
      sources: TABLE,
    },
    {},
    async (journal, service) => {
      const [first, second, third] = await journal.open('rs3 rs2 rs1', 'each port is scheduled for itself.');
      for (let i = 0; i < 3; i++) {
        journal.expect(service.segment(third!, 'PA'), 'rs1', 'it belongs to the connection of this port.');
        journal.expect(service.segment(second!, 'PA'), 'rs2', 'it belongs to the connection of this port.');
        journal.expect(service.segment(first!, 'PA'), 'rs3', 'it belongs to the connection of this port.');
      }
    },
  ),
  arrivalCase(
    {
      name: 'connection/client-address',
      title: 'Another client address is another connection',
      requirement: 'Clients that use the same port are told apart by their addresses.',
      sources: TABLE,
    },
    {},
    async (journal, service, stage) => {
      const clients = [1, 2, 250].map((n) => service.client(0, n));
      const servers = ['rs3', 'rs2', 'rs1'];
      clients.forEach((client, i) => {
        journal.expect(journal.openOne(client), servers[i], 'each address is scheduled for itself.');
      });
      await stage.settle();
      clients.forEach((client, i) => {
        journal.expect(service.segment(client, 'PA'), servers[i], 'it belongs to this address.');
      });
    },
  ),
  arrivalCase(
    {
      name: 'connection/virtual-port',
      title: 'Another port of the VIP is another connection',
      requirement:
        'A client may use one and the same port of its own for connections to two services of the VIP; each follows its own.',
      sources: TABLE,
    },
    {},
    async (journal, service, stage) => {
      const { director, vip, servers, method } = stage;
      const otherPort = service.port + 1;
      await director.rules(
        `-A -t ${vip}:${otherPort} -s rr`,
        `-a -t ${vip}:${otherPort} -r ${servers[0].address}:${otherPort} ${method}`,
      );
      const client = journal.newClient();
      journal.expect(service.segment(client, 'S'), 'rs3', 'round robin of the first service.', service.port);
      journal.expect(
        service.segment(client, 'S', { port: otherPort }),
        'rs1',
        'the other service’s only server.',
        otherPort,
      );
      await stage.settle();
      journal.expect(
        service.segment(client, 'A'),
        'rs3',
        'it belongs to the first connection.',
        service.port,
      );
      journal.expect(
        service.segment(client, 'A', { port: otherPort }),
        'rs1',
        'it belongs to the second.',
        otherPort,
      );
    },
  ),
  arrivalCase(
    {
      name: 'connection/virtual-address',
      title: 'Another address of the director is another connection',
      requirement:
        'A client may use one and the same port of its own for connections to two addresses of the director; each follows its own.',
      sources: TABLE,
    },
    {},
    async (journal, service, stage) => {
      const { director, dip, servers, method } = stage;
      await director.rules(
        `-A -t ${dip}:${service.port} -s rr`,
        `-a -t ${dip}:${service.port} -r ${servers[0].address}:${service.port} ${method}`,
      );
      const client = journal.newClient();
      const other = { address: dip };
      journal.expect(service.segment(client, 'S'), 'rs3', 'round robin of the service on the VIP.');
      journal.expect(service.segment(client, 'S', other), 'rs1', 'the other service’s only server.');
      await stage.settle();
      journal.expect(service.segment(client, 'A'), 'rs3', 'it belongs to the connection to the VIP.');
      journal.expect(service.segment(client, 'A', other), 'rs1', 'it belongs to the other connection.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/protocol',
      title: 'TCP and UDP connections are kept apart',
      requirement:
        'A TCP and a UDP service on the same address and port are two services with connections of their own.',
      sources: TABLE,
    },
    {},
    async (journal, service, stage) => {
      const { director, servers, method } = stage;
      await director.rules(
        `-A -u ${service.address} -s rr`,
        `-a -u ${service.address} -r ${servers[1].address}:${service.port} ${method}`,
      );
      const client = journal.newClient();
      journal.expect(service.segment(client, 'S'), 'rs3', 'round robin of the TCP service.');
      journal.expect(service.datagram(client), 'rs2', 'the UDP service’s only server.');
      await stage.settle();
      journal.expect(service.segment(client, 'A'), 'rs3', 'it belongs to the TCP connection.');
      journal.expect(service.datagram(client), 'rs2', 'it belongs to the UDP flow.');
    },
  ),
];
