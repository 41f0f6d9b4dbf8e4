/** The director’s totals, and what sets them to zero. */

import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';

export const totals: readonly PacketCase[] = [
  packetCase({
    name: 'counters/totals',
    title: 'The totals are of all services, and outlive them',
    requirement:
      'Connections, packets and bytes of all services together are counted as well: zeroing the counters of one service or deleting it leaves the totals as they are, and -Z alone sets them to zero with all others.',
    sources: [kernel('statistics, §8'), kernel('ipvsadm: grammar, §7.1')],
    modes: ALL_MODES,
    play: async (stage) => {
      const { director } = stage;
      const [web, name] = [await Service.add(stage), await Service.add(stage, { protocol: 'udp' })];
      await director.ipvsadm('-Z');
      const shown = async () => {
        const { totals: now } = await director.snapshot();
        const { connections, inPackets, outPackets, inBytes, outBytes } = now;
        return [connections, inPackets, outPackets, inBytes, outBytes].join(' ');
      };
      const isSeen = MODES[stage.mode].repliesPassDirector;
      const requests = [web.segment(web.client(0), 'S'), name.datagram(name.client(1))];
      await stage.settle();
      const replies = [web.reply(2, web.client(0), 'SA'), name.datagramReply(2, name.client(1))];
      await stage.settle();
      const bytes = (packets: readonly Uint8Array[]) => packets.reduce((sum, { length }) => sum + length, 0);
      const all = [2, 2, isSeen ? 2 : 0, bytes(requests), isSeen ? bytes(replies) : 0].join(' ');
      const seen = [await shown()];
      await director.ipvsadm('-Z', ...web.key);
      seen.push(await shown());
      await director.rules(`-D ${name.key.join(' ')}`);
      seen.push(await shown());
      await director.ipvsadm('-Z');
      seen.push(await shown());
      return { all, seen };
    },
    check: (_seen, { all, seen }) =>
      outcome(
        seen.length,
        'totals of two services, read four times',
        expectValues('Connections, packets and bytes in all are not as they should be.', {
          'after two connections': [all, seen[0]],
          'after -Z of one service': [all, seen[1]],
          'after the other one was deleted': [all, seen[2]],
          'after -Z': ['0 0 0 0 0', seen[3]],
        }),
      ),
  }),
];
