/** One-packet scheduling: every datagram for itself. */

import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { expectFields, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: one-packet scheduling, §3.3')];

export const onePacket: readonly PacketCase[] = [
  packetCase({
    name: 'one-packet/each-scheduled',
    title: 'Every datagram is scheduled for itself',
    requirement:
      'In a UDP service with one-packet scheduling each datagram goes to the next server even from one and the same port, counts as a connection, and leaves no entry behind.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp', options: ['-o'] });
      const journal = new Journal(service);
      const client = journal.newClient();
      for (let i = 0; i < 30; i++) {
        const server = ['rs3', 'rs2', 'rs1'][i % 3];
        journal.expect(service.datagram(client), server, 'no datagram knows of the one before.');
      }
      await stage.settle();
      const entries = await service.connections();
      const { services } = await stage.director.snapshot();
      const state = services.find(({ address }) => address === service.address);
      const listed = await service.listedServers();
      return { journal: journal.entries, entries: entries.length, connections: state?.connections, listed };
    },
    check: (seen, { journal, entries, connections, listed }) =>
      outcome(
        journal.length,
        `${counted(journal.length, 'datagram')} from one port`,
        judgeArrivals(seen, journal),
        expectValues('One-packet scheduling should leave nothing behind.', {
          'entries of the connection table': [0, entries],
          'connections counted': [30, connections],
          'connections that servers have': [
            0,
            listed.reduce((sum, { active, inactive }) => sum + active + inactive, 0),
          ],
        }),
      ),
  }),
  arrivalCase(
    {
      name: 'one-packet/persistent',
      title: 'With persistence a client’s datagrams stay together',
      requirement:
        'One-packet scheduling forgets connections, not templates: in a persistent service a client’s datagrams all go to one server.',
      sources: SOURCES,
    },
    { protocol: 'udp', options: ['-o', '-p', '60'] },
    async (journal, service, stage) => {
      const clients = [journal.newClient(1), journal.newClient(2)];
      for (let i = 0; i < 6; i++) {
        const packet = service.datagram(clients[i % 2]!);
        journal.expect(packet, ['rs3', 'rs2'][i % 2], 'the client’s template leads there.');
        await stage.settle();
      }
    },
  ),
  arrivalCase(
    {
      name: 'one-packet/quiesced',
      title: 'Weight 0 counts for the very next datagram',
      requirement:
        'As no entry remains, a server of weight 0 gets not one more datagram of a one-packet service.',
      sources: SOURCES,
    },
    { protocol: 'udp', options: ['-o'] },
    async (journal, service, stage) => {
      const client = journal.newClient();
      const send = async (servers: string, why: string) => {
        for (const server of servers.split(' ')) journal.expect(service.datagram(client), server, why);
        await stage.settle();
      };
      await send('rs3 rs2 rs1 rs3', 'round robin.');
      await service.editServer(1, { weight: 0 });
      await send('rs1 rs3 rs1', 'rs2 has weight 0.');
    },
  ),
  packetCase({
    name: 'one-packet/replies',
    title: 'One-packet replies are not recognised in NAT',
    requirement:
      'With no entry left to know them by, a NAT server’s replies to one-packet datagrams are forwarded as they are, with the real server as their source: one-packet scheduling in NAT is for requests that need no answer.',
    sources: SOURCES,
    modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp', options: ['-o'], servers: [{}] });
      const client = service.client();
      service.datagram(client);
      await stage.settle();
      service.datagramReply(0, client);
      await stage.settle();
      return { client, rip: stage.servers[0].address };
    },
    check: (seen, { client, rip }) => {
      const replies = seen.toClients.filter(({ ip }) => ip?.destinationPort === client.port);
      return outcome(
        replies.length,
        `${counted(replies.length, 'reply', 'replies')} on their way to the client`,
        expectFields(replies[0], 'The reply is not forwarded as it is.', {
          'IP source': rip,
          'IP destination': client.address,
        }),
      );
    },
  }),
];
