/** The director’s machine is a router too: what it forwards, and when it does. */

import {
  HOST_UNREACHABLE,
  PORT_UNREACHABLE,
  RST,
  SYN,
  tcpPacket,
  UNREACHABLE,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import {
  expectErrors,
  expectFrames,
  expectRequests,
  OWN_ID,
  packetIn,
} from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { errorAbout, oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService, SERVICE_PORT, serverEndpoint } from '../../kit/standard-service.ts';

const hooks = kernel('hooks: LOCAL_IN for requests, FORWARD for replies, §1.1');

const notVip = packetCase({
  name: 'route/not-local',
  title: 'What is not for the director is routed, not balanced',
  requirement:
    'IPVS sits where packets for the machine itself are taken in (INPUT). A packet to a real server’s own address only passes through, and is routed as it is, though its port is the service’s.',
  sources: [article('prerouting'), article('input'), hooks],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const ends = { source: stage.clientAddress(), destination: serverEndpoint(stage, 2).address };
    const ports = { sourcePort: 45_000, destinationPort: SERVICE_PORT };
    await send(stage, stage.client, [tcpPacket(ends, { ...ports, flags: SYN }), udpPacket(ends, ports)]);
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')} to a real server’s own address`,
      expectPackets(
        seen.toServers,
        seen.fromClients.map((packet) => oneHopOn(packetIn(packet))),
        {
          what: 'the packet, routed to rs2',
        },
      ),
      expectFrames(seen.toServers, towardsServer(seen, 'rs2'), 'The frame does not lead to rs2.'),
    ),
});

/** From the service’s port to a client that never asked. */
function unasked(stage: Stage): Uint8Array[] {
  const replies = new ReplyFlow(stage, new ClientFlow(stage, { client: 9, clientPort: 46_000 }));
  return replies.both({ id: 9 });
}

const noConnection = packetCase({
  name: 'route/no-connection',
  title: 'Only replies are made to look like the VIP’s',
  requirement:
    'What a NAT server sends of its own accord belongs to no connection: it is routed like any packet, with the server’s own address as its source.',
  sources: [article('nat-reply'), kernel('OUT handler: no connection, §1.4')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    await send(stage, stage.client, [new ClientFlow(stage).datagram()]);
    await send(stage, stage.servers[0], unasked(stage));
  },
  check: (seen) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'packet')} that nobody asked for`,
      expectPackets(
        seen.toClients,
        seen.fromServers.map((packet) => oneHopOn(packetIn(packet))),
        {
          what: 'the packet, routed to the client',
        },
      ),
    ),
});

const icmpSend = packetCase({
  name: 'route/nat-icmp-send',
  title: 'nat_icmp_send: a server is told that nobody knows its client',
  requirement:
    'With net.ipv4.vs.nat_icmp_send on, a packet from a NAT server’s service port that belongs to no connection is not let out: the server is answered “port unreachable” by the director, so that it forgets the connection too. A RST is let pass.',
  sources: [kernel('OUT handler: nat_icmp_send, §1.4')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    await stage.director.set('nat_icmp_send', 1);
    await send(stage, stage.client, [new ClientFlow(stage).datagram()]);
    const replies = new ReplyFlow(stage, new ClientFlow(stage, { client: 9, clientPort: 46_000 }));
    const reset = replies.segment({ id: 10 }, { flags: RST, payload: new Uint8Array(0) });
    const packets = unasked(stage);
    await send(stage, stage.servers[0], [...packets, reset]);
    return { packets, reset };
  },
  check: (seen, { packets, reset }) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'packet')} that nobody asked for`,
      expectPackets(
        seen.toServers.slice(1),
        packets.map((packet) =>
          errorAbout(oneHopOn(packet), { source: seen.dip, type: UNREACHABLE, code: PORT_UNREACHABLE }),
        ),
        { what: 'the answer to the server', ignore: OWN_ID },
      ),
      expectPackets(seen.toClients, [oneHopOn(reset)], { what: 'the RST, routed to the client' }),
    ),
});

const requestsWithout = packetCase({
  name: 'route/requests-without-ip-forward',
  title: 'Requests need no ip_forward',
  requirement:
    'A request is taken in by the director’s machine and sent out again by IPVS, which is not forwarding in the machine’s eyes: it works with net.ipv4.ip_forward off, under every method.',
  sources: [article('input'), article('rewrite'), hooks, kernel('ip_forward=0, §14')],
  modes: ALL_MODES,
  play: async (stage) => {
    await stage.director.setIpForward(false);
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const requests = [flow.syn(), ...flow.both({})];
    await send(stage, stage.client, requests);
    return requests.length;
  },
  check: (seen, sent) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'request')} with ip_forward off`,
      expectRequests(seen, sent),
    ),
});

/** No route of the director leads here: it has none by default under NAT. */
const NOWHERE = '203.0.113.5';

const noRoute = packetCase({
  name: 'route/no-route',
  title: 'A server without a route is unreachable at once',
  requirement:
    'If the director’s routing table knows no way to the real server, the client gets “host unreachable” from the VIP for each packet; another server is not tried.',
  sources: [rfc('792'), kernel('transmitters: no route to the server, §5.1')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await stage.director.rules(
      ...['-t', '-u'].flatMap((protocol) => [
        `-A ${protocol} ${stage.vip}:${SERVICE_PORT} -s rr`,
        `-a ${protocol} ${stage.vip}:${SERVICE_PORT} -r ${NOWHERE}:9001 ${stage.method}`,
      ]),
    );
    const flows = [1, 2].map((client) => new ClientFlow(stage, { client }));
    const packets = flows.map((flow, i) => (i === 0 ? flow.syn() : flow.datagram()));
    await send(stage, stage.client, packets);
    return packets;
  },
  check: (seen, packets) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')} for a server that no route leads to`,
      expectErrors(
        seen,
        packets.map((packet) =>
          errorAbout(packet, { source: seen.vip, type: UNREACHABLE, code: HOST_UNREACHABLE }),
        ),
        'the answer that the server cannot be reached',
      ),
      expectNothing(seen.toServers, 'A packet was sent to where no route leads.'),
    ),
});

export const routing: readonly PacketCase[] = [notVip, noConnection, icmpSend, requestsWithout, noRoute];
