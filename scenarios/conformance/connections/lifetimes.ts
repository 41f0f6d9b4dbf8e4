/** State that must not outlive what it belongs to. */

import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { readCounters, templatesIn } from '../../kit/ipvsadm-lists.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { Service } from '../../kit/service.ts';
import { expiryCase } from './expiry-case.ts';

const EACH = 6;

export const lifetimes: readonly PacketCase[] = [
  packetCase({
    name: 'lifetime/fresh-entries',
    title: 'A new connection knows nothing of the one whose place it takes',
    requirement:
      'After a thousand seconds of silence no connection is left; those that begin then have states, times and servers of their own, whatever established, persistent or stateless ones were there before.',
    sources: [kernel('connections: entry, §3.1'), kernel('connections: expiry, §3.4')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const tcp = await Service.add(stage, { options: ['-p', '20'], servers: [{}, {}] });
      const udp = await Service.add(stage, { protocol: 'udp', port: tcp.port, servers: [{}] });
      for (let i = 0; i < EACH; i++) {
        tcp.open(tcp.client(i, 1 + i));
        for (let again = 0; again < 5; again++) tcp.segment(tcp.client(i, 1 + i), 'PA');
        udp.datagram(udp.client(i));
      }
      await stage.settle();
      const before = await tcp.connections();
      await stage.wait(1_000_000);
      const between = await tcp.connections();
      // The other way round, so that places are taken by others.
      for (let i = 0; i < EACH; i++) udp.datagram(udp.client(100 + i));
      for (let i = 0; i < 2 * EACH; i++) tcp.segment(tcp.client(100 + i, 1 + i), 'S');
      await stage.settle();
      return { before, between, after: await tcp.connections(), loads: await tcp.listedServers() };
    },
    check: (_seen, { before, between, after, loads }) => {
      const states = (name: string) => after.filter(({ state }) => state === name).length;
      const times = after.filter(({ state, expiresS }) => state === 'SYN_RECV' && expiresS === 59).length;
      return outcome(
        before.length + after.length,
        `${counted(before.length, 'entry', 'entries')}, and ${after.length} after them`,
        expectValues('New entries are not as new ones should be.', {
          'entries at first': [3 * EACH, before.length],
          'entries after 1000 s': [0, between.length],
          'connections in SYN_RECV': [2 * EACH, states('SYN_RECV')],
          'of them with 59 s left': [2 * EACH, times],
          'flows of UDP': [EACH, states('UDP')],
          'templates in state NONE': [2 * EACH, states('NONE')],
          'entries in all': [5 * EACH, after.length],
          'active connections': [2 * EACH, loads.reduce((sum, { active }) => sum + active, 0)],
          'inactive connections': [0, loads.reduce((sum, { inactive }) => sum + inactive, 0)],
        }),
      );
    },
  }),
  packetCase({
    name: 'lifetime/one-packet-dropped',
    title: 'A one-packet connection ends also where its packet is dropped',
    requirement:
      'A datagram that is scheduled for itself and then cannot be forwarded, as its TTL is at its end, leaves no connection behind, so that it takes up no room below a threshold.',
    sources: [kernel('connections: one-packet scheduling, §3.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, {
        protocol: 'udp',
        options: ['-o'],
        servers: [{ options: ['-x', '2'] }],
      });
      const hops = MODES[stage.mode].repliesPassDirector ? 0 : 1;
      const flow = new Flow(
        {
          source: stage.clientAddress(),
          sourcePort: 30_000,
          destination: stage.vip,
          destinationPort: service.port,
        },
        hops,
      );
      await send(
        stage,
        stage.client,
        Array.from({ length: 5 }, (_, id) => flow.datagram({ id, ttl: 1 })),
      );
      const [server] = await service.listedServers();
      return { left: server && server.active + server.inactive, list: await service.connections() };
    },
    check: (_seen, { left, list }) =>
      outcome(
        5,
        'five datagrams whose time to live has ended',
        expectValues('Something is left of a datagram that was dropped.', {
          'connections of the server': [0, left],
          'entries of the table': [0, list.length],
        }),
      ),
  }),
  packetCase({
    name: 'lifetime/deleted-server',
    title: 'A deleted server is remembered for two minutes that nobody needed it',
    requirement:
      'A server that is deleted and added again within two minutes still has its counters, though it has no connection; after four minutes it begins anew.',
    sources: [kernel('connections: deleted destinations, §3.6'), kernel('statistics, §8')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp', options: ['-o'], servers: [{}] });
      for (let i = 0; i < 3; i++) service.datagram(service.client(i));
      await stage.settle();
      const after = async (ms: number) => {
        await service.removeServer(0);
        await stage.wait(ms);
        await service.addServer(0);
        await stage.wait(2_200);
        const list = await stage.director.ipvsadm('-Ln', '--stats', '--exact', ...service.key);
        return readCounters(list).get(service.serverAddress(0))?.inPackets;
      };
      return { soon: await after(100_000), late: await after(260_000) };
    },
    check: (_seen, { soon, late }) =>
      outcome(
        2,
        'two servers that came back',
        expectValues('The server does not come back as it should.', {
          'packets after 100 s': [3, soon],
          'packets after 260 s': [0, late],
        }),
      ),
  }),
  packetCase({
    name: 'deleted/flushed-templates',
    title: 'expire_nodest_conn: templates of a deleted server end too',
    requirement:
      'With expire_nodest_conn set, what was remembered of a deleted server’s clients is forgotten together with their connections.',
    sources: [kernel('connections: deleted destinations, §3.6')],
    modes: ALL_MODES,
    play: async (stage) => {
      await stage.director.set('expire_nodest_conn', 1);
      const service = await Service.add(stage, { options: ['-p', '300'], servers: [{}, {}] });
      for (let n = 1; n <= 6; n++) service.open(service.client(0, n));
      await stage.settle();
      const before = templatesIn(await service.connections());
      await service.removeServer(1);
      await stage.settle();
      await stage.wait(300);
      const after = await service.connections();
      return { before, after, deleted: service.serverAddress(1) };
    },
    check: (_seen, { before, after, deleted }) =>
      outcome(
        before.length,
        counted(before.length, 'template'),
        expectValues('The connection table does not hold what it should after the deletion.', {
          'templates at first': [6, before.length],
          'templates afterwards': [3, templatesIn(after).length],
          'entries of the deleted server': [0, after.filter(({ server }) => server === deleted).length],
        }),
      ),
  }),
  expiryCase(
    {
      name: 'timeout/syn-sent',
      title: 'Two minutes in SYN_SENT',
      requirement:
        'A SYN of the server in a connection that was reset leaves it in SYN_SENT, and it is forgotten after 120 s.',
    },
    {
      timeoutS: 120,
      way: ['in S', 'in A', 'in R', 'out S'],
      modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    },
  ),
];
