/** Persistent services: a client’s connections stick to one server for a while. */

import { finding } from '../../harness/finding.ts';
import { expectValues, outcome } from '../../harness/packets/expect.ts';
import { type PacketCase, packetCase } from '../../harness/packets/packet-case.ts';
import { ALL_MODES, kernel } from '../../harness/requirement.ts';
import { arrivalCase } from '../play/cases.ts';
import { type ListedConnection, readPersistentConnections } from '../play/ipvsadm-lists.ts';
import { Journal, judgeArrivals } from '../play/journal.ts';
import { Service } from '../play/service.ts';

const SOURCES = [kernel('connections: persistence, §3.5')];
const MINUTE = ['-p', '60'];

/** Templates among the entries of a list: their client port is 0. */
function templatesIn(list: readonly ListedConnection[]): ListedConnection[] {
  return list.filter(({ client }) => client.endsWith(':0'));
}

export const persistence: readonly PacketCase[] = [
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
        `${entries.length} clients of ${expected.length} groups`,
        judgeArrivals(seen, entries),
        expectValues('The templates are not those of the /28 networks.', {
          templates: [expected.join(' '), templates.join(' ')],
        }),
      ),
  }),
  packetCase({
    name: 'persistence/template',
    title: 'What is remembered of a client',
    requirement:
      'A template stands in the connection table with client port 0, virtual port and server port; it is counted as PersistConn, not as a connection, and is ASSURED once a connection under it has been established.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { options: ['-p', '200'], servers: [{}] });
      const since = performance.now();
      service.segment(service.client(), 'S');
      await stage.settle();
      const [unproven] = templatesIn(await service.connections());
      const elapsedS = (performance.now() - since) / 1000;
      service.segment(service.client(), 'A');
      await stage.settle();
      service.open(service.client(1));
      await stage.settle();
      const list = await service.connections();
      const [server] = await service.listedServers();
      const persistent = readPersistentConnections(
        await stage.director.ipvsadm('-Ln', '--persistent-conn', ...service.key),
      );
      const expected = {
        client: `${stage.clientAddress()}:0`,
        virtual: service.address,
        server: service.serverAddress(0),
      };
      const count = persistent.get(service.serverAddress(0));
      return { unproven, elapsedS, list, server, count, expected };
    },
    check: (_seen, { unproven, elapsedS, list, server, count, expected }) => {
      const [template, ...more] = templatesIn(list);
      const isFresh = unproven !== undefined && 200 - unproven.expiresS <= 1 + Math.ceil(elapsedS);
      return outcome(
        list.length,
        `${list.length} entries of the connection table`,
        expectValues('The template is not what should be remembered.', {
          'state before the handshake': ['NONE', unproven?.state],
          'state after it': ['ASSURED', template?.state],
          protocol: ['TCP', template?.protocol],
          client: [expected.client, template?.client],
          virtual: [expected.virtual, template?.virtual],
          destination: [expected.server, template?.server],
          'further templates': [0, more.length],
          connections: [2, list.length - templatesIn(list).length],
          PersistConn: [1, count],
          ActiveConn: [2, server?.active],
          InActConn: [0, server?.inactive],
        }),
        isFresh
          ? []
          : [
              finding('The template’s time is not the service’s.', [
                { field: 'expires', expected: 'in 200 s', seen: `in ${unproven?.expiresS} s` },
              ]),
            ],
      );
    },
  }),
  packetCase({
    name: 'persistence/default-timeout',
    title: '-p without a number is six minutes',
    requirement: 'A service that is made persistent without saying for how long remembers clients for 360 s.',
    sources: [kernel('ipvsadm: defaults, §7.1')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { options: ['-p'], servers: [{}] });
      const since = performance.now();
      service.open(service.client());
      await stage.settle();
      const [template] = templatesIn(await service.connections());
      const list = await stage.director.ipvsadm('-Ln', ...service.key);
      return { template, list, elapsedS: (performance.now() - since) / 1000 };
    },
    check: (_seen, { template, list, elapsedS }) => {
      const left = template?.expiresS;
      const isRight = left !== undefined && left <= 360 && left >= 360 - 1 - Math.ceil(elapsedS);
      return outcome(
        1,
        'one template',
        expectValues('The service is not listed with its timeout.', {
          'persistent 360': ['yes', list.includes(' persistent 360') ? 'yes' : 'no'],
          'template expires in about 360 s': ['yes', isRight ? 'yes' : `no: in ${left} s`],
        }),
      );
    },
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
  packetCase({
    name: 'persistence/assured-by-reply',
    title: 'A UDP client is assured by the server’s answer',
    requirement:
      'In a persistent UDP service a template stays NONE while only the client speaks, and is ASSURED once the director has seen a reply of the server, which it does in NAT.',
    sources: SOURCES,
    modes: ['nat'],
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp', options: MINUTE, servers: [{}] });
      const state = async () => {
        await stage.settle();
        return templatesIn(await service.connections())[0]?.state;
      };
      service.datagram(service.client());
      const asked = await state();
      service.datagram(service.client());
      const again = await state();
      service.datagramReply(0, service.client());
      return { asked, again, answered: await state() };
    },
    check: (_seen, { asked, again, answered }) =>
      outcome(
        3,
        'three looks at the template',
        expectValues('The template’s state does not follow the replies.', {
          'after a datagram': ['NONE', asked],
          'after another one': ['NONE', again],
          'after a reply': ['ASSURED', answered],
        }),
      ),
  }),
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
  packetCase({
    name: 'persistence/invalidated',
    title: 'A template that no longer holds is set aside',
    requirement:
      'A template whose server was removed is not deleted but set aside under port 65535, where no packet finds it, until its time is up; a new one takes its place.',
    sources: [...SOURCES, kernel('on the wire: invalidated templates, §14.7')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { options: MINUTE });
      const journal = new Journal(service);
      journal.expect(journal.openOne(journal.newClient()), 'rs3', 'round robin.');
      await stage.settle();
      await service.removeServer(2);
      journal.expect(journal.openOne(journal.newClient()), 'rs2', 'rs3 is removed.');
      await stage.settle();
      await service.addServer(2);
      journal.expect(journal.openOne(journal.newClient()), 'rs2', 'the client sticks to its new server.');
      await stage.settle();
      const { vip, servers } = stage;
      const templates = templatesIn(await service.connections());
      return {
        entries: journal.entries,
        templates: templates.map(({ virtual, server }) => `${virtual} to ${server}`).sort(),
        expected: [
          `${vip}:65535 to ${servers[2].address}:65535`,
          `${service.address} to ${service.serverAddress(1)}`,
        ].sort(),
      };
    },
    check: (seen, { entries, templates, expected }) =>
      outcome(
        entries.length,
        `${entries.length} connections of one client`,
        judgeArrivals(seen, entries),
        expectValues('The templates are not what they should be.', {
          templates: [expected.join(', '), templates.join(', ')],
        }),
      ),
  }),
  packetCase({
    name: 'persistence/expiry',
    title: 'A client is forgotten after the persistence timeout',
    requirement:
      'When a client has had no new connection for the persistence timeout, it is forgotten and no longer counted: its next connection is scheduled anew.',
    sources: SOURCES,
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      // Flows must be gone before their template is: while they are there it stays.
      await stage.director.ipvsadm('--set', '0', '0', '5');
      const service = await Service.add(stage, { protocol: 'udp', options: ['-p', '40'] });
      const journal = new Journal(service);
      const connect = async (server: string, why: string) => {
        journal.expect(service.datagram(journal.newClient()), server, why);
        await stage.settle();
      };
      const counted = async () =>
        readPersistentConnections(
          await stage.director.ipvsadm('-Ln', '--persistent-conn', ...service.key),
        ).get(service.serverAddress(2));
      await connect('rs3', 'round robin.');
      await stage.wait(39_000);
      await connect('rs3', '39 s are not 40.');
      await stage.wait(39_000);
      await connect('rs3', 'the last connection started the time anew.');
      const before = await counted();
      await stage.wait(43_000);
      const after = await counted();
      await connect('rs2', 'more than 40 s without a new connection.');
      return { entries: journal.entries, before, after };
    },
    check: (seen, { entries, before, after }) =>
      outcome(
        entries.length,
        `${entries.length} flows of one client`,
        judgeArrivals(seen, entries),
        expectValues('The templates of rs3 are not counted as they are.', {
          'PersistConn before': [1, before],
          'PersistConn after': [0, after],
        }),
      ),
  }),
  packetCase({
    name: 'persistence/not-by-packets',
    title: 'A template’s time runs from the last new connection',
    requirement:
      'Packets do not start a template’s time anew, only a new connection under it does; one whose time is up while connections live stays, a minute at a time from then on.',
    sources: [...SOURCES, kernel('connections: expiry, §3.4')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { options: ['-p', '200'] });
      const journal = new Journal(service);
      const leftS = async () => templatesIn(await service.connections())[0]?.expiresS ?? 0;
      const client = journal.newClient();
      journal.expect(journal.openOne(client), 'rs3', 'round robin.');
      for (let i = 0; i < 2; i++) {
        await stage.wait(90_000);
        journal.expect(service.segment(client, 'PA'), 'rs3', 'the connection goes on.');
      }
      await stage.settle();
      const afterPackets = await leftS();
      await stage.wait(90_000);
      const overdue = await leftS();
      journal.expect(
        journal.openOne(journal.newClient()),
        'rs3',
        'a connection of the client lives: it sticks.',
      );
      await stage.settle();
      return { entries: journal.entries, afterPackets, overdue, renewed: await leftS() };
    },
    check: (seen, { entries, afterPackets, overdue, renewed }) => {
      const within = (leftS: number, leastS: number, mostS: number): [string, string] => {
        const range = `${leastS} to ${mostS} s`;
        return [range, leftS >= leastS && leftS <= mostS ? range : `${leftS} s`];
      };
      return outcome(
        entries.length + 3,
        `${entries.length} packets and three looks at the template`,
        judgeArrivals(seen, entries),
        expectValues('The template does not have the time left that it should have.', {
          '180 s after its connection, packets since': within(afterPackets, 18, 20),
          '270 s after it': within(overdue, 1, 60),
          'after another connection': within(renewed, 58, 60),
        }),
      );
    },
  }),
];
