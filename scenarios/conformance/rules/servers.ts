/** What belongs to each server: forwarding method and port. */

import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalsOf, byClient, endpoint } from '../../kit/arrivals.ts';
import { expectFields, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const LANGUAGE = [article('rules'), kernel('ipvsadm: grammar, §7.1')];

export const servers: readonly PacketCase[] = [
  packetCase({
    name: 'rules/method-per-server',
    title: 'Each server has a forwarding method of its own',
    requirement:
      'The forwarding method belongs to the server, not to the service: one service can reach one server by NAT, the next by direct routing and the third through a tunnel, and an edit changes new connections only.',
    sources: [article('rules'), kernel('connections: entry, §3.1')],
    modes: modesWhere(({ serversOnLink }) => serversOnLink),
    play: async (stage) => {
      const { director, servers } = stage;
      const service = await Service.add(stage, { servers: [] });
      const line = (command: string, i: number, method: string) =>
        [command, ...service.key, '-r', `${servers[i]!.address}:${service.port}`, method].join(' ');
      await director.rules(line('-a', 0, '-m'), line('-a', 1, '-g'), line('-a', 2, '-i'));
      const clients = [service.client(0), service.client(1), service.client(2), service.client(3)] as const;
      for (const client of clients.slice(0, 3)) service.open(client);
      await stage.settle();
      await director.rules(line('-e', 2, '-m'));
      service.segment(clients[0], 'PA');
      service.segment(clients[3], 'S');
      await stage.settle();
      return { clients: clients.map(endpoint), rips: servers.map(({ address }) => address) };
    },
    check: (seen, { clients, rips }) => {
      const arrivals = byClient(arrivalsOf(seen));
      const [tunnelled = [], routed = [], rewritten = [], later = []] = clients.map((client) =>
        arrivals.get(client),
      );
      const all = [...tunnelled, ...routed, ...rewritten, ...later];
      return outcome(
        all.length,
        `${counted(all.length, 'packet')} at three servers`,
        expectValues('Not all packets arrived.', {
          'at rs3, through the tunnel': [3, tunnelled.filter(({ server }) => server === 'rs3').length],
          'at rs2, by direct routing': [2, routed.filter(({ server }) => server === 'rs2').length],
          'at rs1, by NAT': [2, rewritten.filter(({ server }) => server === 'rs1').length],
          'at rs3, by NAT': [1, later.filter(({ server }) => server === 'rs3').length],
        }),
        tunnelled.flatMap(({ packet }) =>
          expectFields(packet, 'This connection goes through a tunnel.', {
            'outer IP destination': rips[2]!,
            'IP destination': seen.vip,
          }),
        ),
        routed.flatMap(({ packet }) =>
          expectFields(packet, 'This connection goes by direct routing.', { 'IP destination': seen.vip }),
        ),
        rewritten.flatMap(({ packet }) =>
          expectFields(packet, 'This connection goes by NAT.', { 'IP destination': rips[0]! }),
        ),
        later.flatMap(({ packet }) =>
          expectFields(packet, 'This connection began after the edit: it goes by NAT.', {
            'IP destination': rips[2]!,
          }),
        ),
      );
    },
  }),
  packetCase({
    name: 'rules/server-port',
    title: 'Only NAT can change the port',
    requirement:
      'A NAT server may listen on another port than the service; direct routing and tunnelling leave the packet as it is, so ipvsadm sets such a server’s port to the service’s, whatever is given.',
    sources: LANGUAGE,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [] });
      const rip = stage.servers[0].address;
      const given = service.port + 7;
      await stage.director.rules(['-a', ...service.key, '-r', `${rip}:${given}`, stage.method].join(' '));
      const port = MODES[stage.mode].rewritesAddresses ? given : service.port;
      const journal = new Journal(service);
      journal.expect(service.segment(journal.newClient(), 'S'), 'rs1', 'it is the only server.', port);
      await stage.settle();
      const [server] = await service.listedServers();
      return { entries: journal.entries, expected: `${rip}:${port}`, listed: server?.address };
    },
    check: (seen, { entries, expected, listed }) =>
      outcome(
        entries.length + 1,
        'one connection and a list',
        judgeArrivals(seen, entries),
        expectValues('The server is not listed with the port that it is reached on.', {
          server: [expected, listed],
        }),
      ),
  }),
];
