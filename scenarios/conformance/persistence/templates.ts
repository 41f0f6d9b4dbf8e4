/** What is remembered of a client, and how it is shown. */

import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { finding } from '../../kit/finding.ts';
import { readPersistentConnections, templatesIn } from '../../kit/ipvsadm-lists.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: persistence, §3.5')];
const MINUTE = ['-p', '60'];

export const templates: readonly PacketCase[] = [
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
        `${counted(list.length, 'entry', 'entries')} of the connection table`,
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
  packetCase({
    name: 'persistence/assured-by-reply',
    title: 'A UDP template is ASSURED by the server’s answer',
    requirement:
      'In a persistent UDP service a template stays NONE while only the client speaks, and is ASSURED once the director has seen a reply of the server, which it does in NAT.',
    sources: SOURCES,
    modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
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
        `${counted(entries.length, 'connection')} of one client`,
        judgeArrivals(seen, entries),
        expectValues('The templates are not what they should be.', {
          templates: [expected.join(', '), templates.join(', ')],
        }),
      ),
  }),
];
