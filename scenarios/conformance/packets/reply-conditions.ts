/** What has to hold for a packet to be NAT’s reply. */

import { cut, ipFrame, join, pattern } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectReplies, packetIn } from '../../kit/expecting/forwarded.ts';
import { oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { findingAbout } from '../../kit/finding.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { cutShort } from '../../kit/sending/cut-short.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';

const otherServer = packetCase({
  name: 'reply/other-server',
  title: 'A reply counts only from the connection’s own server',
  requirement:
    'A connection belongs to one server. What another server of the service sends to its client, from the same port, is no reply of that connection: it is not given the VIP as its source.',
  sources: [article('nat-reply'), kernel('connection table: look-up from the server’s side, §3.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const [rs1, rs2] = stage.servers;
    await addStandardService(stage, { servers: [rs2, rs1].map(({ address }) => ({ address })) });
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.datagram(), flow.datagram({ id: 2 })]);
    await send(stage, stage.servers[1], [new ReplyFlow(stage, flow, 2).datagram({ id: 3 })]);
    await send(stage, stage.servers[0], [new ReplyFlow(stage, flow, 1).datagram({ id: 4 })]);
  },
  check: (seen) => {
    const [foreign, own] = seen.fromServers.map((packet) => oneHopOn(packetIn(packet)));
    const vip = { address: seen.vip, port: SERVICE_PORT };
    return outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'packet')} of two servers to one client`,
      expectPackets(
        seen.toClients,
        foreign === undefined || own === undefined ? [] : [foreign, withSource(own, vip)],
        { what: 'the packet of another server as it was sent, then the reply from the VIP' },
      ),
    );
  },
});

const repliesWithout = packetCase({
  name: 'reply/without-ip-forward',
  title: 'NAT’s replies need ip_forward',
  requirement:
    'A reply passes through the director like any packet that is not for it, so with net.ipv4.ip_forward off it goes no further, and no error is sent: the commonest reason why NAT seems to work one way only.',
  sources: [article('nat-gateway'), kernel('topology of NAT: ip_forward, §9.1, §14'), rfc('1122 §3.3.1')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await stage.director.setIpForward(false);
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), flow.datagram()]);
    const replies = new ReplyFlow(stage, flow);
    const pieces = cut(replies.datagram({ id: 2 }, { payload: pattern(2000) }), 1480);
    await send(stage, stage.servers[0], [...replies.both({}), ...pieces]);
  },
  check: (seen) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')} with ip_forward off`,
      expectNothing(seen.toClients, 'A reply was forwarded although ip_forward is off.'),
      expectNothing(seen.toServers.slice(2), 'The server was told of it.'),
    ),
});

const truncated = packetCase({
  name: 'reply/truncated',
  title: 'A reply that ends before its checksum is dropped',
  requirement:
    'A reply that ends right after its ports cannot be rewritten rightly: it is dropped, rather than sent on as it is and show the server.',
  sources: [kernel('NAT: header not writable, §5.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), flow.datagram()]);
    await send(stage, stage.servers[0], cutShort(new ReplyFlow(stage, flow)));
  },
  check: (seen) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'reply', 'replies')}, cut short`,
      expectNothing(seen.toClients, 'A reply without a whole header was sent on.'),
      expectCount(seen.toServers, 2, 'packets to the server, which is told nothing'),
    ),
});

const padding = packetCase({
  name: 'reply/padding',
  title: 'Padding of a reply’s frame is not forwarded',
  requirement:
    'What follows a short reply in its frame belongs to the servers’ network and must not show up in the clients’: the reply leaves with its own bytes alone, or with zeros behind them.',
  sources: [rfc('894'), rfc('1122 §2.3.3')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), flow.datagram()]);
    const replies = [0, 1, 2].flatMap((length) => new ReplyFlow(stage, flow).both({}, pattern(length)));
    const [server] = stage.servers;
    for (const reply of replies) {
      const padded = join(ipFrame(server.mac, stage.director.serverSideMac, reply), JUNK);
      server.sendFrame('eth0', padded.subarray(0, 64));
    }
    await stage.settle();
    return replies.length;
  },
  check: (seen, sent) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'short reply', 'short replies')}, in padded frames`,
      expectReplies(seen, sent),
      seen.toClients
        .filter((packet) => packet.bytes.subarray(14 + packetIn(packet).length).some((byte) => byte !== 0))
        .map((packet) => findingAbout(packet, 'What followed the reply in its frame was sent on.')),
    ),
});

const JUNK = new Uint8Array(64).fill(0xee);

export const replyConditions: readonly PacketCase[] = [otherServer, repliesWithout, truncated, padding];
