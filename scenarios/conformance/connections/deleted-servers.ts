/** Servers that are deleted while they have connections, and come back. */

import { ipText } from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { expectFields, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: deleted destinations, §3.6')];

export const deletedServers: readonly PacketCase[] = [
  packetCase({
    name: 'deleted/silent',
    title: 'Connections of a deleted server are left hanging',
    requirement:
      'Packets of a connection whose server was deleted are dropped without an answer, the entry stays, and the server is given nothing new.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage);
      const journal = new Journal(service);
      const [client] = await journal.open('rs3 rs2 rs1', 'round robin.');
      await service.removeServer(2);
      for (const flags of ['A', 'PA', 'FA', 'S']) {
        const packet = service.segment(client!, flags);
        journal.expect(packet, undefined, 'its server was deleted: dropped.');
        await stage.settle();
      }
      await journal.open('rs2 rs1 rs2', 'rs3 is no server any more.');
      const kept = (await service.connections()).filter((one) => one.client === endpoint(client!));
      return { entries: journal.entries, kept: kept.length, client: client! };
    },
    check: (seen, { entries, kept, client }) => {
      const answers = seen.toClients.filter(
        ({ ip, bytes }) =>
          ip?.destinationPort === client.port && ipText(bytes, ip.at + 16) === client.address,
      );
      return outcome(
        entries.length,
        `${counted(entries.length, 'packet')} followed`,
        judgeArrivals(seen, entries),
        expectValues('The connection of the deleted server is not left as it was.', {
          'entries kept': [1, kept],
          'answers to the client': [0, answers.length],
        }),
      );
    },
  }),
  packetCase({
    name: 'deleted/replies',
    title: 'Replies of a deleted server still come back as the VIP’s',
    requirement:
      'In NAT a deleted server’s replies to connections that it has are still given the VIP as their source and forwarded; only requests are dropped.',
    sources: SOURCES,
    modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    play: async (stage) => {
      const service = await Service.add(stage);
      const journal = new Journal(service);
      const [client] = await journal.open('rs3', 'round robin.');
      await service.removeServer(2);
      service.reply(2, client!, 'PA');
      await stage.settle();
      return { client: client!, port: service.port };
    },
    check: (seen, { client, port }) => {
      const answers = seen.toClients.filter(
        ({ ip, bytes }) =>
          ip?.destinationPort === client.port && ipText(bytes, ip.at + 16) === client.address,
      );
      return outcome(
        answers.length,
        `${counted(answers.length, 'packet')} to the client`,
        expectFields(answers[0], 'The reply of the deleted server does not come from the VIP.', {
          'IP source': seen.vip,
          'source port': port,
        }),
      );
    },
  }),
  arrivalCase(
    {
      name: 'deleted/revived',
      title: 'A server that comes back finds its connections',
      requirement:
        'When a deleted server is added again, with the same address and port, the connections that it had work again.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      const [client] = await journal.open('rs3', 'round robin.');
      await service.removeServer(2);
      journal.expect(service.segment(client!, 'PA'), undefined, 'its server was deleted: dropped.');
      await stage.settle();
      await service.addServer(2);
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'the server is back.');
      await stage.settle();
    },
  ),
  packetCase({
    name: 'deleted/counts-return',
    title: 'A server that comes back has its counts',
    requirement:
      'A server that is deleted and added again still has the active and inactive connections that it had: it is not taken for idle.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { scheduler: 'wlc', servers: [{}, {}] });
      const journal = new Journal(service);
      const opened = await journal.open('rs2 rs1 rs2 rs1 rs2', 'wlc.');
      await journal.close([opened[0]!]);
      await service.removeServer(1);
      await service.addServer(1);
      const listed = (await service.listedServers()).find(
        ({ address }) => address === service.serverAddress(1),
      );
      await journal.open('rs1 rs2', 'rs1 has two active connections, rs2 two and a closed one.');
      return { entries: journal.entries, listed };
    },
    check: (seen, { entries, listed }) =>
      outcome(
        entries.length,
        counted(entries.length, 'connection'),
        judgeArrivals(seen, entries),
        expectValues('The server did not come back with its connections.', {
          ActiveConn: [2, listed?.active],
          InActConn: [1, listed?.inactive],
        }),
      ),
  }),
  packetCase({
    name: 'deleted/revived-later',
    title: 'A deleted server is remembered as long as it has connections',
    requirement:
      'A deleted server is not forgotten while a connection refers to it: added again after ten minutes, it has its connections back, and they count.',
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage);
      const journal = new Journal(service);
      const [client] = await journal.open('rs3', 'round robin.');
      await service.removeServer(2);
      await stage.wait(600_000);
      await service.addServer(2);
      const listed = (await service.listedServers()).find(
        ({ address }) => address === service.serverAddress(2),
      );
      journal.expect(
        service.segment(client!, 'PA'),
        'rs3',
        'the server is back, and 15 minutes are not over.',
      );
      await stage.settle();
      return { entries: journal.entries, listed };
    },
    check: (seen, { entries, listed }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'packet')} of one connection`,
        judgeArrivals(seen, entries),
        expectValues('The server did not come back with its connection.', {
          ActiveConn: [1, listed?.active],
        }),
      ),
  }),
  arrivalCase(
    {
      name: 'deleted/service',
      title: 'Deleting a service leaves its connections hanging too',
      requirement:
        'When a service is deleted while another one remains, packets of its connections are dropped; when it is made again with the same servers, they go on.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      const { director, vip, servers, method } = stage;
      await director.rules(`-A -u ${vip}:${service.port} -s rr`);
      const [client] = await journal.open('rs3', 'round robin.');
      await director.rules(`-D -t ${service.address}`);
      journal.expect(service.segment(client!, 'PA'), undefined, 'the service was deleted: dropped.');
      journal.expect(service.segment(journal.newClient(), 'S'), undefined, 'there is no such service.');
      await stage.settle();
      await director.rules(
        `-A -t ${service.address} -s rr`,
        ...servers.map(({ address }) => `-a -t ${service.address} -r ${address}:${service.port} ${method}`),
      );
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'the server is back.');
    },
  ),
];
