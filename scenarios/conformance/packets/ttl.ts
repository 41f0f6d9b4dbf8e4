/** Packets whose time to live ends at the director. */

import { cut, ICMP, pattern, TIME_EXCEEDED } from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, expectFrames, isOf, OWN_ID } from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { errorAbout } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { NO_OPERATION } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';

const expired = packetCase({
  name: 'ttl/expired',
  title: 'A request with TTL 1 is answered from the VIP',
  requirement:
    'A request that has no hop left is not forwarded: the client gets “time exceeded” from the VIP, quoting the request as it came, for the first packet of a connection and for later ones.',
  sources: [rfc('792'), rfc('1812 §5.3.1'), kernel('transmitters: TTL, §5.1, §14')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const [one, other] = [new ClientFlow(stage), new ClientFlow(stage, { client: 2 })];
    const requests = [
      one.syn({ ttl: 1 }),
      one.segment({ ttl: 1, id: 2, tos: 0x1f }),
      other.datagram({ ttl: 1, id: 3 }),
      other.datagram({ ttl: 1, id: 4, dontFragment: true, tos: 0xff }, { payload: pattern(1000) }),
      other.datagram({ ttl: 1, id: 5, options: NO_OPERATION }),
    ];
    await send(stage, stage.client, requests);
    return requests.map((request) => one.arrived(request));
  },
  check: (seen, requests) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'request')} with TTL 1`,
      expectErrors(
        seen,
        requests.map((request) => errorAbout(request, { source: seen.vip, type: TIME_EXCEEDED, code: 0 })),
        'the answer that the TTL is used up',
      ),
      expectNothing(seen.toServers, 'A request without a hop left was forwarded.'),
    ),
});

const replyExpired = packetCase({
  name: 'ttl/reply-expired',
  title: 'A reply with TTL 1 is answered to the server',
  requirement:
    'A reply that has no hop left does not reach the client: the director, a router between the two, tells the server “time exceeded” from its own address on that side, quoting the reply as it was sent.',
  sources: [rfc('792'), rfc('1812 §5.3.1'), kernel('NAT: replies are forwarded like any packet, §5.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), flow.datagram()]);
    const server = new ReplyFlow(stage, flow);
    const replies = server.both({ ttl: 1, id: 5 });
    // Of the fragments of a packet the first alone is told of.
    const pieces = cut(server.datagram({ ttl: 1, id: 6 }, { payload: pattern(2000) }), 1480);
    await send(stage, stage.servers[0], [...replies, ...pieces]);
    return [...replies, pieces[0] as Uint8Array];
  },
  check: (seen, replies) => {
    const told = seen.toServers.filter(isOf(ICMP));
    return outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')} with TTL 1`,
      expectPackets(
        told,
        replies.map((reply) => errorAbout(reply, { source: seen.dip, type: TIME_EXCEEDED, code: 0 })),
        { what: 'the answer that the TTL is used up', ignore: OWN_ID },
      ),
      expectFrames(told, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      expectNothing(seen.toClients, 'A reply without a hop left was forwarded.'),
    );
  },
});

export const ttl: readonly PacketCase[] = [expired, replyExpired];
