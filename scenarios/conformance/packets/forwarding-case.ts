/** Cases that send packets of one connection and compare each with what the director forwarded. */
import { ACK, SYN } from '../../../lab/frames/index.ts';
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
      const [syn, requests] = [flow.syn(), packets(flow, stage)];
      await send(stage, stage.client, [syn]);
      await accept(stage, flow);
      await send(stage, stage.client, requests);
      return 1 + requests.length;
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
      await send(stage, stage.client, [flow.syn(), flow.datagram()]);
      const replies = packets(new ReplyFlow(stage, flow), flow, stage);
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
