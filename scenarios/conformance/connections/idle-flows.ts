/** How many packets a flow may have had for `drop_entry` to take it. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

const EACH = 30;
/** The most that a flow may have had, and one more. */
const PACKETS = [8, 9] as const;
const IDLE_S = 62;
/** Each flow is looked at every 32 s on average, and of those with eight packets each eighth goes then: some nine are left. */
const LOOKED_FOR_S = 300;
const MOST_LEFT = EACH - 5;

export const idleFlows: readonly PacketCase[] = [
  packetCase({
    name: 'defence/drop-idle-limit',
    title: 'drop_entry: a flow of eight packets may go, one of nine not',
    requirement:
      'With drop_entry=3 idle flows of eight packets go one by one, and none of nine packets does, however long they are idle.',
    sources: [kernel('defence against floods: drop_entry, §10.2')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp' });
      await service.meetServers();
      await stage.director.rules(`--set 0 0 ${IDLE_S + 2 * LOOKED_FOR_S}`);
      const flows = PACKETS.map((packets, n) => {
        const clients = Array.from({ length: EACH }, (_, i) => service.client(1000 * n + i));
        for (const client of clients) for (let i = 0; i < packets; i++) service.datagram(client);
        return clients.map(endpoint);
      });
      await stage.wait(IDLE_S * 1000);
      await stage.director.set('drop_entry', 3);
      await stage.wait(LOOKED_FOR_S * 1000);
      const listed = new Set((await service.connections()).map(({ client }) => client));
      return flows.map((clients) => clients.filter((client) => listed.has(client)).length);
    },
    check: (_seen, [few = 0, many = 0]) =>
      outcome(
        PACKETS.length * EACH,
        `${counted(PACKETS.length * EACH, 'idle flow')} of eight and of nine packets`,
        expectValues('Other flows are left than should be.', {
          'flows of eight packets': [
            `${MOST_LEFT} or fewer`,
            few <= MOST_LEFT ? `${MOST_LEFT} or fewer` : few,
          ],
          'flows of nine packets': [EACH, many],
        }),
      ),
  }),
];
