/** DR and TUN: servers that hold the VIP themselves. */

import { ipFrame, isSame, tcpOf, UDP, udpPacket } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, outcome } from '../../kit/expecting/expect.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import { oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { finding } from '../../kit/finding.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';
import { isReplyTo } from './conversations.ts';

const accepted = packetCase({
  name: 'conversation/accepted',
  title: 'The server gets the client’s packet for its own',
  requirement:
    'Under DR and TUN the packet that a real server’s stack gets is the client’s own, CIP → VIP, one or two hops older. It takes it, because the VIP is one of its addresses, on an interface that is quiet about it.',
  sources: [
    article('dr-vip'),
    article('dr-packet'),
    article('tun-unwrap'),
    kernel('topology of DR and TUN, §9.2, §9.3'),
  ],
  modes: modesWhere(({ rewritesAddresses }) => !rewritesAddresses),
  play: async (stage: Stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), ...flow.both({ id: 7 })]);
    return [...stage.servers[0].inbox];
  },
  check: (seen, inbox) => {
    const wanted = seen.fromClients.map((packet) => oneHopOn(packetIn(packet)));
    return outcome(
      inbox.length,
      `${counted(inbox.length, 'packet')} that rs1 took for its own`,
      wanted
        .filter((packet) => !inbox.some((one) => isSame(one, packet)))
        .map((packet) =>
          finding(
            `rs1 did not get ${tcpOf(packet) === undefined ? 'the datagram' : 'a segment'} as it was sent.`,
          ),
        ),
    );
  },
});

const throughDirector = packetCase({
  name: 'conversation/through-director',
  title: 'A reply that is sent to the director ends there',
  requirement:
    'Under DR a reply has the VIP as its source. The director holds the VIP itself, so for its machine such a packet is a forgery and is dropped: a server’s way back must not lead through the director.',
  sources: [article('dr-reply'), kernel('replies of DR seen by the director, §5.7'), rfc('1812 §5.3.7')],
  modes: modesWhere(({ repliesPassDirector, serversOnLink }) => !repliesPassDirector && serversOnLink),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.datagram()]);
    const ends = { source: stage.vip, destination: flow.client };
    const reply = udpPacket(ends, { sourcePort: SERVICE_PORT, destinationPort: flow.clientPort });
    const { mac } = stage.servers[0];
    stage.servers[0].sendFrame('eth0', ipFrame(mac, stage.director.serverSideMac, reply));
    await stage.settle();
  },
  check: (seen) => {
    const replies = seen.at('director').filter(isReplyTo(seen));
    return outcome(
      replies.length,
      `${counted(replies.length, 'reply', 'replies')} sent to the director`,
      expectNothing(seen.toClients, 'The director forwarded a packet that says it comes from the director.'),
      expectNothing(
        seen.at('client').filter((packet) => packet.ip?.protocol === UDP),
        'The client received it.',
      ),
    );
  },
});

export const directServers: readonly PacketCase[] = [accepted, throughDirector];
