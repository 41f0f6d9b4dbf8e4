/** Services that were deleted and are there again. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { expectCounters, NOTHING } from './shown-counters.ts';

export const serviceAnew: readonly PacketCase[] = [
  packetCase({
    name: 'counters/service-anew',
    title: 'A service that is added again counts from zero, and counts what goes on',
    requirement:
      'A service that was deleted and is added again with its servers begins with all counters at zero, its servers’ included; packets of connections that began before count for it from then on, and the connections themselves do not.',
    sources: [kernel('connections: deleted destinations, §3.6'), kernel('statistics, §8')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp' });
      const clients = [0, 1, 2].map((i) => service.client(i));
      const send = async () => {
        const packets = clients.map((client) => service.datagram(client));
        await stage.settle();
        return packets;
      };
      await send();
      await stage.director.rules(['-D', ...service.key].join(' '));
      await Service.add(stage, { protocol: 'udp', port: service.port });
      const packets = await send();
      // Asked for as they are now: the list would be up to two seconds behind.
      const { services } = await stage.director.snapshot();
      return {
        bytes: packets.map(({ length }) => length),
        counted: services.find(({ address }) => address === service.address),
        servers: service.servers.map(({ name }, i) => [name, service.serverAddress(i)] as const),
      };
    },
    check: (_seen, { bytes, counted, servers }) =>
      outcome(
        bytes.length,
        'three flows that went on with a service that was added again',
        expectCounters(
          'the service',
          { ...NOTHING, inPackets: bytes.length, inBytes: bytes.reduce((sum, one) => sum + one, 0) },
          counted,
        ),
        servers.flatMap(([name, at]) =>
          expectCounters(
            name,
            { ...NOTHING, inPackets: 1, inBytes: bytes[0]! },
            counted?.servers.find(({ address }) => address === at),
          ),
        ),
      ),
  }),
];
