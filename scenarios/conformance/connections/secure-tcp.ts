/** The states of a director under attack: `secure_tcp`. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { SECURE_TCP } from '../../models/tcp-states.ts';
import { driveStates, judgeStates } from './drive-states.ts';
import { sendSegment } from './tcp-events.ts';

export const secureTcp: readonly PacketCase[] = [
  packetCase({
    name: 'secure-tcp/states',
    title: 'secure_tcp: the client’s word is not enough',
    requirement:
      'With secure_tcp=3 a connection in NAT is established only when the server has answered and acknowledged; in DR and TUN, where that cannot be seen, it waits in SYNACK for the client’s ACK.',
    sources: [kernel('states: secure_tcp, §4.2'), kernel('defence strategies, §10.2')],
    modes: ALL_MODES,
    play: async (stage) => {
      await stage.director.set('secure_tcp', 3);
      const service = await Service.add(stage, { servers: [{}] });
      return driveStates(service, SECURE_TCP, sendSegment);
    },
    check: (seen, run) => judgeStates(seen, run, SECURE_TCP),
  }),
];
