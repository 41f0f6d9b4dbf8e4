/** ICMP echo to the VIP: the director’s machine itself is there. */

import { ECHO_REPLY, ECHO_REQUEST, icmpPacket, pattern, readIcmp } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { OWN_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { addStandardService } from '../../kit/standard-service.ts';

const echo = packetCase({
  name: 'icmp/echo',
  title: 'A ping of the VIP is answered by the director',
  requirement:
    'ICMP has no ports, so no service can claim an echo request: it goes on to the director’s own stack, which answers from the VIP. That the VIP answers pings says nothing about the servers.',
  sources: [article('user-space'), rfc('792'), kernel('hooks: ICMP that is no error, §1.2')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const ends = { source: stage.clientAddress(), destination: stage.vip };
    const requests = [0, 1, 56, 57, 1000].map((length, i) =>
      icmpPacket({ ...ends, id: i }, { type: ECHO_REQUEST, rest: 0x0007_0001 + i, body: pattern(length) }),
    );
    await send(stage, stage.client, requests);
  },
  check: (seen) => {
    const wanted = seen.fromClients.map((request) => {
      const { ip, rest, body } = readIcmp(packetIn(request));
      return icmpPacket({ source: ip.destination, destination: ip.source }, { type: ECHO_REPLY, rest, body });
    });
    return outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'echo request')} to the VIP`,
      expectPackets(seen.toClients, wanted, { what: 'the echo reply', ignore: [...OWN_ID, 'IP TTL'] }),
      expectNothing(seen.toServers, 'A server got an echo request for the VIP.'),
    );
  },
});

export const echoCases: readonly PacketCase[] = [echo];
