/** How long a client is remembered. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { readPersistentConnections, templatesIn } from '../../kit/ipvsadm-lists.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: persistence, §3.5')];

export const expiry: readonly PacketCase[] = [
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
        `${counted(entries.length, 'flow')} of one client`,
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
      // Its time was up after 200 s, or a little later: the kernel's timers are up to an eighth late. Then a minute began.
      await stage.wait(65_000);
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
        `${counted(entries.length, 'packet')} and three looks at the template`,
        judgeArrivals(seen, entries),
        expectValues('The template does not have the time left that it should have.', {
          '180 s after its connection, packets since': within(afterPackets, 18, 20),
          '245 s after it': within(overdue, 1, 60),
          'after another connection': within(renewed, 58, 60),
        }),
      );
    },
  }),
];
