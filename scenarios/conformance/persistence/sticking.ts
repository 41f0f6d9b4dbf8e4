/** A client’s connections to a persistent service go to one server. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { templatesIn } from '../../kit/ipvsadm-lists.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: persistence, §3.5')];
const MINUTE = ['-p', '60'];

export const sticking: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'persistence/sticks',
      title: 'A client comes back to its server',
      requirement:
        'All connections of a client to a persistent service go to the server of its first one, while every other client is scheduled for itself.',
      sources: SOURCES,
    },
    { options: MINUTE },
    async (journal, _service, stage) => {
      const servers = ['rs3', 'rs2', 'rs1'];
      // Who comes when is mixed, so that nobody’s turn in the round leads to his server by chance.
      for (const round of [
        [1, 2, 3, 4, 5],
        [2, 5, 2, 1, 3],
        [4, 4, 1, 5, 3, 2],
      ]) {
        for (const n of round) {
          const packet = journal.openOne(journal.newClient(n));
          journal.expect(
            packet,
            servers[(n - 1) % 3],
            'each client sticks to the server of its first connection.',
          );
        }
        await stage.settle();
      }
    },
  ),
  packetCase({
    name: 'persistence/netmask',
    title: 'A netmask makes neighbours stick together',
    requirement:
      'With netmask 255.255.255.240 the sixteen addresses of a /28 share one template, and so one server; the next sixteen have another: not a bit more of the address counts, and not a bit less.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { options: [...MINUTE, '-M', '255.255.255.240'] });
      await service.meetServers();
      const journal = new Journal(service);
      const groups = new Map<number, string>();
      const turns = ['rs3', 'rs2', 'rs1'];
      // First one of each group, so that neighbouring groups have different servers, then all in jumps.
      const firsts = [1, 16, 32, 48, 64, 80, 96];
      for (const n of [...firsts, ...Array.from({ length: 96 }, (_, i) => 1 + ((i * 37) % 96))]) {
        const client = journal.newClient(n);
        const group = Number(client.address.split('.')[3]) >> 4;
        const server = groups.get(group) ?? turns[groups.size % turns.length]!;
        groups.set(group, server);
        journal.expect(
          journal.openOne(client),
          server,
          `it belongs to the addresses ${group * 16} to ${group * 16 + 15}.`,
        );
      }
      await stage.settle();
      const network = stage.clientAddress().replace(/\d+$/, '');
      const expected = [...groups.keys()].map((group) => `${network}${group * 16}:0`).sort();
      const templates = templatesIn(await service.connections()).map(({ client }) => client);
      return { entries: journal.entries, expected, templates: templates.sort() };
    },
    check: (seen, { entries, expected, templates }) =>
      outcome(
        entries.length,
        `${counted(entries.length, 'client')} of ${expected.length} groups`,
        judgeArrivals(seen, entries),
        expectValues('The templates are not those of the /28 networks.', {
          templates: [expected.join(' '), templates.join(' ')],
        }),
      ),
  }),
  arrivalCase(
    {
      name: 'persistence/port-zero',
      title: 'Port 0: all ports stick together',
      requirement:
        'A persistent service on port 0 takes every port of the VIP that no other service has; all ports of a client go to one server, each on to the same port there.',
      sources: [...SOURCES, kernel('input: service look-up, §1.3')],
    },
    { port: 0, options: MINUTE },
    async (journal, service, stage) => {
      const { director, vip, servers, method } = stage;
      await director.rules(
        `-A -t ${vip}:8443 -s rr`,
        `-a -t ${vip}:8443 -r ${servers[0].address}:8443 ${method}`,
      );
      const connect = (n: number, port: number, server: string, why: string) => {
        journal.expect(service.segment(journal.newClient(n), 'S', { port }), server, why, port);
      };
      for (const port of [80, 443, 22, 65_535, 1])
        connect(1, port, 'rs3', 'all ports of this client stick together.');
      for (const port of [443, 80]) connect(2, port, 'rs2', 'the next client has the next server.');
      connect(1, 8443, 'rs1', 'this port has a service of its own.');
      connect(3, 8443, 'rs1', 'this port has a service of its own.');
      connect(1, 8080, 'rs3', 'the client sticks.');
    },
  ),
  arrivalCase(
    {
      name: 'persistence/per-service',
      title: 'Each service remembers for itself',
      requirement:
        'A client that sticks to a server in one service is scheduled for itself in another one of the same VIP.',
      sources: SOURCES,
    },
    { options: MINUTE },
    async (journal, service, stage) => {
      const { director, vip, servers, method } = stage;
      const otherPort = service.port + 1;
      await director.rules(
        `-A -t ${vip}:${otherPort} -s rr -p 60`,
        ...servers.map(({ address }) => `-a -t ${vip}:${otherPort} -r ${address}:${otherPort} ${method}`),
      );
      const connect = (n: number, port: number, server: string) => {
        journal.expect(
          service.segment(journal.newClient(n), 'S', { port }),
          server,
          'the client sticks to the server that it has in this service.',
        );
      };
      connect(1, service.port, 'rs3');
      connect(2, service.port, 'rs2');
      connect(2, otherPort, 'rs3');
      connect(1, otherPort, 'rs2');
      connect(1, service.port, 'rs3');
      connect(2, otherPort, 'rs3');
    },
  ),
  arrivalCase(
    {
      name: 'persistence/udp',
      title: 'UDP flows stick too',
      requirement: 'In a persistent UDP service a client’s flows from all its ports go to one server.',
      sources: SOURCES,
    },
    { protocol: 'udp', options: MINUTE },
    async (journal, service) => {
      for (const n of [1, 2, 1, 2, 3, 1]) {
        const server = ['rs3', 'rs2', 'rs1'][n - 1];
        journal.expect(service.datagram(journal.newClient(n)), server, 'each client sticks to one server.');
      }
    },
  ),
];
