/** NAT’s replies at the limit of what the link to the clients carries, and beyond. */

import { cut, FRAGMENTATION_NEEDED, ICMP, UNREACHABLE } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectFrames, isOf, OWN_ID } from '../../kit/expecting/forwarded.ts';
import { towardsClient, towardsServer } from '../../kit/expecting/next-hop.ts';
import { inPieces, LINK_MTU_BYTES } from '../../kit/expecting/pieces.ts';
import { errorAbout, oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';
import { packetsOf, SMALL_MTU_BYTES } from './mtu.ts';

const replyAboveDf = packetCase({
  name: 'mtu/reply-above-df',
  title: 'A reply with DF that is too long is answered to the server',
  requirement:
    'A reply that the link to the clients does not carry whole, and that must not be cut, goes no further, nor does such a fragment of one: the server is told that link’s MTU by the director, its router, from the director’s address on its side.',
  sources: [rfc('1191 §4'), kernel('NAT: MTU of a reply, §5.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const replies = await narrowReplies(stage);
    const fitting = packetsOf(replies, SMALL_MTU_BYTES, { dontFragment: true });
    const tooLong = packetsOf(replies, SMALL_MTU_BYTES + 1, { dontFragment: true, tos: 0x5b });
    // A router judges each fragment by itself, and tells of the first alone.
    const [first, ...later] = packetsOf(replies, 2 * LINK_MTU_BYTES, { id: 4 })
      .slice(0, 1)
      .flatMap((packet) => cut(packet, 1480, true));
    await send(stage, stage.servers[0], [...fitting, ...tooLong, first as Uint8Array, ...later]);
    return { fitting: fitting.length, tooLong: [...tooLong, first as Uint8Array] };
  },
  check: (seen, { fitting, tooLong }) => {
    const answers = seen.toServers.filter(isOf(ICMP));
    return outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')} with DF, ${tooLong.length} of them too long`,
      expectCount(seen.toClients, fitting, 'replies that fit'),
      expectPackets(
        answers,
        tooLong.map((reply) =>
          errorAbout(reply, {
            source: seen.dip,
            type: UNREACHABLE,
            code: FRAGMENTATION_NEEDED,
            rest: SMALL_MTU_BYTES,
          }),
        ),
        { what: 'the answer that the reply is too long', ignore: OWN_ID },
      ),
      expectFrames(answers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
    );
  },
});

/** A NAT flow that was opened, and a link to the clients that is narrower than that to the servers. */
async function narrowReplies(stage: Stage): Promise<ReplyFlow> {
  await stage.director.setClientSideMtu(SMALL_MTU_BYTES);
  await addStandardService(stage);
  const flow = new ClientFlow(stage);
  await send(stage, stage.client, [flow.syn(), flow.datagram()]);
  return new ReplyFlow(stage, flow);
}

const replyAboveNoDf = packetCase({
  name: 'mtu/reply-above-no-df',
  title: 'A reply without DF is fragmented to fit, as the VIP’s',
  requirement:
    'A reply that may be cut and is longer than the link to the clients carries leaves in fragments, all of them from the VIP, under one checksum over the whole.',
  sources: [article('nat-reply'), rfc('791 §3.2'), kernel('NAT: MTU of a reply, §5.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const replies = await narrowReplies(stage);
    const packets = [SMALL_MTU_BYTES, SMALL_MTU_BYTES + 1, LINK_MTU_BYTES].flatMap((bytes) =>
      packetsOf(replies, bytes, {}),
    );
    await send(stage, stage.servers[0], packets);
    return packets;
  },
  check: (seen, packets) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')}, in ${counted(seen.toClients.length, 'piece')}`,
      expectPackets(
        seen.toClients,
        packets.flatMap((packet) =>
          inPieces(withSource(oneHopOn(packet), { address: seen.vip, port: SERVICE_PORT }), SMALL_MTU_BYTES),
        ),
        { what: 'the reply’s piece on its way to the client' },
      ),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    ),
});

export const mtuReplies: readonly PacketCase[] = [replyAboveDf, replyAboveNoDf];
