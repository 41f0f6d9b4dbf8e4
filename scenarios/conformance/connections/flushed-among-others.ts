/** Connections that end before their time, among others that began at the same moment. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

/** The last ones are of the first two servers. */
const EACH = 41;
const OF_LAST_SERVER = 13;
const UDP_TIMEOUT_MS = 300_000;
/** Waits before these are forgotten, and until they are for certain, however late timers are. */
const EARLY_MS = 5_000;
const LATE_MS = 45_000;

export const flushedAmongOthers: readonly PacketCase[] = [
  packetCase({
    name: 'deleted/flushed-among-others',
    title: 'expire_nodest_conn: the others keep their time',
    requirement:
      'Where connections are ended with their server and new ones take their places, all others, which began at the same moments, are known until their own time is up and are forgotten then.',
    sources: [kernel('connections: deleted destinations, §3.6'), kernel('connections: expiry, §3.4')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp' });
      await service.meetServers();
      await stage.director.set('expire_nodest_conn', 1);
      let clients = 0;
      const come = async () => {
        for (let i = 0; i < EACH; i++) service.datagram(service.client(clients++, 1 + (clients % 5)));
        await stage.settle();
      };
      const counts: number[] = [];
      const note = async () => counts.push((await service.connections()).length);
      await come();
      for (const index of [2, 1]) await service.removeServer(index);
      await stage.wait(1_000);
      await note();
      await come();
      await note();
      await stage.wait(UDP_TIMEOUT_MS - EARLY_MS);
      await note();
      await stage.wait(EARLY_MS + LATE_MS);
      await note();
      const servers = await service.listedServers();
      return { counts, inactive: servers.map(({ inactive }) => inactive) };
    },
    check: (_seen, { counts, inactive }) =>
      outcome(
        2 * EACH,
        counted(2 * EACH, 'flow'),
        expectValues('Flows are not known for as long as they should be.', {
          'when two servers are gone': [OF_LAST_SERVER, counts[0]],
          'when others have come': [OF_LAST_SERVER + EACH, counts[1]],
          'right before the time of the first is up': [OF_LAST_SERVER + EACH, counts[2]],
          'after their time': [0, counts[3]],
          'connections of the last server then': ['0', inactive.join(' ')],
        }),
      ),
  }),
];
