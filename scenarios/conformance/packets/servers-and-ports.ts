/** Requests to several servers, and to services on several ports. */

import { ACK, get16, SYN, tcpPacket, udpPacket } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import {
  expectFrames,
  forwardedRequest,
  forwardedTo,
  OUTER_ID,
  onTheWayTo,
  packetIn,
} from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { oneHopOn, withDestination, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, serverEndpoint } from '../../kit/standard-service.ts';

const FLOWS = 12;

const eachServer = packetCase({
  name: 'request/each-server',
  title: 'Each server gets its own packets in its own frames',
  requirement:
    'With several servers every request is rewritten for the server that was chosen for its connection, and its frame leads there: address, port, tunnel and MAC address belong together, packet after packet.',
  sources: [article('rewrite'), article('dr-frame'), kernel('transmitters: route of each destination, §5.1')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage, { servers: [{}, {}, {}] });
    const flows = Array.from({ length: FLOWS }, (_, i) => new ClientFlow(stage, { client: 1 + i }));
    const openings = flows.map((flow) => flow.datagram({ id: 1 }));
    const later = [2, 3, 4].flatMap((id) => flows.map((flow) => flow.datagram({ id })));
    await send(stage, stage.client, [...openings, ...later]);
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'request')} of ${FLOWS} flows, over three servers`,
      expectCount(seen.toServers, seen.fromClients.length, 'requests sent on'),
      ...[1, 2, 3].map((server) => {
        // rr begins with the server that was added last.
        const own = seen.fromClients.filter((_, i) => (i % FLOWS) % 3 === 3 - server);
        const sent = onTheWayTo(seen, server);
        return [
          ...expectPackets(
            sent,
            own.map((packet) => forwardedRequest(seen, packetIn(packet), { server })),
            {
              what: `the request on its way to rs${server}`,
              ignore: OUTER_ID,
            },
          ),
          ...expectFrames(
            sent,
            towardsServer(seen, `rs${server}`),
            `The frame does not lead to rs${server}.`,
          ),
        ];
      }),
    ),
});

const PORTS = [1, 443, 1023, 1024, 32_767, 32_768, 65_535];

const servicePorts = packetCase({
  name: 'request/service-ports',
  title: 'A service may have any port',
  requirement:
    'Services on the first port and the last, and on both sides of every power of two, are found and forwarded alike; replies under NAT find their way back to each.',
  sources: [article('input'), article('rewrite'), kernel('service look-up, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    for (const port of PORTS) await addStandardService(stage, { port });
    const flows = PORTS.map((servicePort) => new ClientFlow(stage, { servicePort }));
    await send(
      stage,
      stage.client,
      flows.flatMap((flow) => [flow.syn(), flow.datagram()]),
    );
    if (!MODES[stage.mode].repliesPassDirector) return;
    const replies = flows.flatMap((flow) => {
      const { source, sourcePort, destinationPort } = flow.ends;
      const from = { source: serverEndpoint(stage).address, destination: source };
      const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
      return [tcpPacket(from, { ...ports, flags: SYN | ACK }), udpPacket(from, ports)];
    });
    await send(stage, stage.servers[0], replies);
  },
  check: (seen) => {
    const { address } = serverEndpoint(seen);
    const requests = seen.fromClients.map((packet) => {
      const request = oneHopOn(packetIn(packet));
      const rewritten = () => withDestination(request, { address, port: get16(request, 22) });
      return forwardedTo(seen, request, address, rewritten);
    });
    const replies = seen.fromServers.map((packet) => {
      const reply = oneHopOn(packetIn(packet));
      return withSource(reply, { address: seen.vip, port: get16(reply, 20) });
    });
    return outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'request')} to ${counted(PORTS.length, 'port')} and ${counted(seen.fromServers.length, 'reply', 'replies')}`,
      expectCount(seen.fromClients, 2 * PORTS.length, 'requests that reach the director'),
      expectPackets(seen.toServers, requests, { what: 'the request on its way to rs1', ignore: OUTER_ID }),
      expectPackets(seen.toClients, replies, { what: 'the reply on its way to the client' }),
    );
  },
});

export const serversAndPorts: readonly PacketCase[] = [eachServer, servicePorts];
