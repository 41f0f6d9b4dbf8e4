/** Which packets belong to a connection, and what opens one. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { article, kernel, rfc } from '../../harness/requirement.ts';
import { arrivalCase } from '../play/cases.ts';

const TABLE = [kernel('connections: look-up, §3.2')];

export const connections: readonly PacketCase[] = [
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
      title: 'TCP and UDP do not meet',
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
  arrivalCase(
    {
      name: 'connection/retransmitted-syn',
      title: 'A SYN that is sent again is no new connection',
      requirement:
        'A SYN on the ports of a half-open or established connection goes where that connection goes and takes no turn.',
      sources: [kernel('connections: reuse, §3.7'), rfc('9293 §3.8.1')],
    },
    {},
    async (journal, service, stage) => {
      const client = journal.newClient();
      for (let i = 0; i < 3; i++) {
        journal.expect(service.segment(client, 'S'), 'rs3', 'it is the same half-open connection.');
        await stage.settle();
      }
      service.segment(client, 'A');
      journal.expect(service.segment(client, 'S'), 'rs3', 'it is the same established connection.');
      await stage.settle();
      await journal.open('rs2 rs1 rs3', 'only one turn was taken before.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/stray',
      title: 'Only a SYN opens a TCP connection',
      requirement:
        'A segment without SYN that belongs to no connection is not scheduled but left to the director’s own stack, and neither is a RST, even one with a SYN; none of them takes a turn.',
      sources: [kernel('input: scheduling, §1.3')],
    },
    {},
    async (journal, service) => {
      for (const flags of ['A', 'PA', 'FA', 'N', 'R', 'RA', 'SR', 'F']) {
        const packet = service.segment(journal.newClient(), flags);
        journal.expect(packet, undefined, `a segment with ${flags} opens no connection.`);
      }
      await journal.open('rs3 rs2', 'nobody took a turn before.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/odd-syn',
      title: 'SYN with ACK or FIN opens one too',
      requirement: 'Whatever else a segment with SYN carries, short of RST, it opens a connection.',
      sources: [kernel('on the wire: SYN+ACK and SYN+FIN, §14.1')],
    },
    {},
    async (journal, service) => {
      journal.expect(service.segment(journal.newClient(), 'SA'), 'rs3', 'SYN and ACK open a connection.');
      journal.expect(service.segment(journal.newClient(), 'SF'), 'rs2', 'SYN and FIN open a connection.');
      journal.expect(service.segment(journal.newClient(), 'SPA'), 'rs1', 'SYN, PSH and ACK open one.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/after-fin',
      title: 'After the FINs a connection is still known',
      requirement:
        'FINs make a connection inactive but do not end it: late and repeated segments still reach its server while the close goes on.',
      sources: [kernel('states: timeouts, §4.2'), rfc('9293 §3.6')],
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      service.reply(2, client!, 'SA');
      await journal.open('rs2', 'round robin.');
      journal.expect(service.segment(client!, 'FA'), 'rs3', 'the client’s FIN.');
      await stage.settle();
      await stage.wait(700);
      journal.expect(service.segment(client!, 'FA'), 'rs3', 'the FIN again: its answer was lost.');
      service.reply(2, client!, 'A');
      service.reply(2, client!, 'FA');
      await stage.settle();
      journal.expect(service.segment(client!, 'A'), 'rs3', 'the last ACK.');
      await stage.settle();
      await stage.wait(100);
      journal.expect(service.segment(client!, 'A'), 'rs3', 'the last ACK once more.');
    },
  ),
  arrivalCase(
    {
      name: 'connection/after-rst',
      title: 'After a RST a connection is still known for a while',
      requirement:
        'A reset connection is kept for 10 s: the RST and what comes after it still reach the server; a new SYN begins anew.',
      sources: [kernel('states: timeouts, §4.2'), kernel('connections: reuse, §3.7')],
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      journal.expect(service.segment(client!, 'R'), 'rs3', 'the RST reaches the server.');
      await stage.settle();
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'data after the RST.');
      await stage.settle();
      journal.expect(service.segment(client!, 'S'), 'rs2', 'a new connection on the same ports.');
    },
  ),
];
