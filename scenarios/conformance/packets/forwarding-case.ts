/** Cases that send packets of one connection and compare each with what the director forwarded. */
import { ACK, SYN, TCP, UDP } from '../../../lab/frames/index.ts';
import { MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { outcome } from '../../kit/expecting/expect.ts';
import { expectReplies, expectRequests } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import type { Requirement } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService } from '../../kit/standard-service.ts';

/** Those of protocols that the director has; all, if they are all of one that it has not: such a case is not for it. */
function balanced({ director }: Stage, packets: readonly Uint8Array[]): readonly Uint8Array[] {
  const isOffered = (packet: Uint8Array) =>
    (packet[PROTOCOL_AT] !== TCP || director.offers('protocol/tcp')) &&
    (packet[PROTOCOL_AT] !== UDP || director.offers('protocol/udp'));
  const left = packets.filter(isOffered);
  return left.length > 0 ? left : packets;
}

/** In the IPv4 header. */
const PROTOCOL_AT = 9;

interface RequestCase extends Requirement {
  /** Requests of one client port, behind the SYN that opens its TCP connection. */
  readonly packets: (flow: ClientFlow, stage: Stage) => readonly Uint8Array[];
}

/** rs1 is the service’s only server, so every request goes there. */
export function requestCase({ packets, ...requirement }: RequestCase): PacketCase {
  return packetCase({
    ...requirement,
    play: async (stage) => {
      await addStandardService(stage);
      const flow = new ClientFlow(stage);
      const hasTcp = stage.director.offers('protocol/tcp');
      const [syn, requests] = [flow.syn(), balanced(stage, packets(flow, stage))];
      const opening = hasTcp ? [syn] : [];
      await send(stage, stage.client, opening);
      if (hasTcp) await accept(stage, flow);
      await send(stage, stage.client, requests);
      return opening.length + requests.length;
    },
    check: (seen, sent) =>
      outcome(
        seen.fromClients.length,
        `${counted(seen.fromClients.length, 'request')} and what the director made of each`,
        expectRequests(seen, sent),
      ),
  });
}

/** The server takes the connection, where the director would otherwise miss its half of it. */
async function accept(stage: Stage, flow: ClientFlow): Promise<void> {
  if (!MODES[stage.mode].repliesPassDirector || stage.director.offers('one-sided')) return;
  await send(stage, stage.servers[0], [
    new ReplyFlow(stage, flow).syn({}, { flags: SYN | ACK, acknowledgement: 1001 }),
  ]);
}

interface ReplyCase extends Requirement {
  /** Replies of rs1 to a TCP connection and to a UDP flow. */
  readonly packets: (replies: ReplyFlow, flow: ClientFlow, stage: Stage) => readonly Uint8Array[];
}

export function replyCase({ packets, ...requirement }: ReplyCase): PacketCase {
  return packetCase({
    ...requirement,
    play: async (stage) => {
      await addStandardService(stage);
      const flow = new ClientFlow(stage);
      await send(stage, stage.client, balanced(stage, [flow.syn(), flow.datagram()]));
      const replies = balanced(stage, packets(new ReplyFlow(stage, flow), flow, stage));
      await send(stage, stage.servers[0], replies);
      return replies.length;
    },
    check: (seen, sent) =>
      outcome(
        seen.fromServers.length,
        `${counted(seen.fromServers.length, 'reply', 'replies')} and what the director made of each`,
        expectReplies(seen, sent),
      ),
  });
}
