/** Deleted servers whose connections end at once: `expire_nodest_conn`. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { arrivalCase } from '../../kit/arrival-case.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const SOURCES = [kernel('connections: deleted destinations, §3.6')];

export const deletedServersFlushed: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'deleted/expire-nodest',
      title: 'expire_nodest_conn: connections of a deleted server begin anew',
      requirement:
        'With expire_nodest_conn set, connections of a deleted server are forgotten: the client’s next SYN is scheduled anew, and anything else belongs to no connection.',
      sources: SOURCES,
    },
    {},
    async (journal, service, stage) => {
      await stage.director.set('expire_nodest_conn', 1);
      const [first, second] = await journal.open('rs3 rs2 rs1 rs3', 'round robin.');
      await service.removeServer(2);
      await stage.settle();
      journal.expect(service.segment(first!, 'PA'), undefined, 'its connection is forgotten.');
      await stage.settle();
      journal.expect(service.segment(first!, 'S'), 'rs2', 'a new connection.');
      journal.expect(service.segment(second!, 'PA'), 'rs2', 'its server is still there.');
    },
  ),
  arrivalCase(
    {
      name: 'deleted/expire-nodest-udp',
      title: 'expire_nodest_conn: a UDP flow goes on elsewhere',
      requirement:
        'With expire_nodest_conn set, the next datagram of a flow whose server was deleted is scheduled anew.',
      sources: SOURCES,
    },
    { protocol: 'udp' },
    async (journal, service, stage) => {
      await stage.director.set('expire_nodest_conn', 1);
      const [client] = await journal.open('rs3', 'round robin.');
      await service.removeServer(2);
      journal.expect(service.datagram(client!), 'rs2', 'its server was deleted: scheduled anew.');
      await stage.settle();
      journal.expect(service.datagram(client!), 'rs2', 'it belongs to the new flow.');
    },
  ),
  packetCase({
    name: 'deleted/flushed',
    title: 'expire_nodest_conn: nothing is left of a deleted server’s connections',
    requirement:
      'With expire_nodest_conn set, deleting a server ends its connections within moments, without waiting for their next packets; a server that is added again begins with none.',
    sources: SOURCES,
    modes: ALL_MODES,
    play: async (stage) => {
      await stage.director.set('expire_nodest_conn', 1);
      const service = await Service.add(stage);
      const journal = new Journal(service);
      await journal.open('rs3 rs2 rs1 rs3 rs2', 'round robin.');
      await service.removeServer(2);
      await stage.settle();
      await stage.wait(300);
      const servers = (await service.connections()).map(({ server }) => server);
      await service.addServer(2);
      const back = (await service.listedServers()).find(
        ({ address }) => address === service.serverAddress(2),
      );
      const left = (index: number) =>
        servers.filter((server) => server === service.serverAddress(index)).length;
      return { entries: journal.entries, left: [left(0), left(1), left(2)], back };
    },
    check: (seen, { entries, left, back }) =>
      outcome(
        entries.length,
        counted(entries.length, 'connection'),
        judgeArrivals(seen, entries),
        expectValues('The connection table does not hold what it should after the deletion.', {
          'connections of rs1': [1, left[0]],
          'connections of rs2': [2, left[1]],
          'connections of rs3': [0, left[2]],
          'connections that rs3 comes back with': [0, back && back.active + back.inactive],
        }),
      ),
  }),
];
