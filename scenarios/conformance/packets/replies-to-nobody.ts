/** Replies that belong to no connection, or to a client that nobody can reach. */

import { ACK, ICMP, PORT_UNREACHABLE, RST, SYN, UNREACHABLE } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { OWN_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { errorAbout, oneHopOn } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { Service } from '../../kit/service.ts';
import { chunks } from '../connections/sctp-events.ts';

const CLIENT_PORT = 30_000;

const refused = packetCase({
  name: 'route/nat-icmp-send-any',
  title: 'nat_icmp_send concerns NAT servers’ own endpoints alone',
  requirement:
    'With net.ipv4.vs.nat_icmp_send on, what belongs to no connection is refused if it comes from the address, port and protocol of a NAT server; what comes from another port or address, and what ends a conversation (RST, ABORT), is let pass.',
  sources: [kernel('OUT handler: nat_icmp_send, §1.4')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const { servers, director } = stage;
    await director.set('nat_icmp_send', 1);
    const tcp = await Service.add(stage, { servers: [{}] });
    const sctp = await Service.add(stage, { protocol: 'sctp', servers: [{}] });
    await tcp.meetServers();
    // The way to the clients is known then.
    const first = tcp.client(0, 240);
    tcp.open(first);
    await stage.settle();
    tcp.reply(0, first, 'SA');
    await stage.settle();
    let client = 1;
    const from = (server: number, port: number) =>
      new Flow({
        ...{ source: servers[server]!.address, sourcePort: port },
        ...{ destination: stage.clientAddress(client++), destinationPort: 9 },
      });
    const own = [from(0, tcp.port).syn(), from(0, tcp.port).segment(), from(0, sctp.port).sctp(chunks('d'))];
    const others = [
      [0, from(0, tcp.port + 1).syn()],
      [0, from(0, tcp.port).datagram()],
      [0, from(0, tcp.port).segment({}, { flags: RST })],
      [0, from(0, sctp.port).sctp(chunks('ab'))],
      [1, from(1, tcp.port).syn()],
      [1, from(1, sctp.port).sctp(chunks('d'))],
    ] as const;
    await send(stage, servers[0], own);
    for (const [server, packet] of others) await send(stage, servers[server]!, [packet]);
    return { own, others: others.map(([, packet]) => packet) };
  },
  check: (seen, { own, others }) =>
    outcome(
      own.length + others.length,
      `${counted(own.length + others.length, 'packet')} that nobody asked for`,
      expectPackets(
        seen.toServers.filter((packet) => packetIn(packet)[9] === ICMP),
        own.map((packet) =>
          errorAbout(oneHopOn(packet), { source: seen.dip, type: UNREACHABLE, code: PORT_UNREACHABLE }),
        ),
        { what: 'the answer to the server', ignore: OWN_ID },
      ),
      expectPackets(
        seen.toClients.slice(1),
        others.map((packet) => oneHopOn(packet)),
        { what: 'the packet that is let pass' },
      ),
    ),
});

/** No route of the director leads here: it has none by default under NAT. */
const NOWHERE = '203.0.113.5';
const NETWORK_UNREACHABLE = 0;

const lost = packetCase({
  name: 'reply/no-route',
  title: 'A server is told where no route leads to its client',
  requirement:
    'A reply to a client that no route of the director leads to is answered “network unreachable” by the director, from its address on the servers’ side, about the reply as the server sent it.',
  sources: [rfc('1812 §5.2.7.1'), article('nat-reply')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  virtualTime: true,
  play: async (stage) => {
    const { vip, servers } = stage;
    const service = await Service.add(stage, { servers: [{}] });
    await service.meetServers();
    const ends = { source: NOWHERE, sourcePort: CLIENT_PORT };
    const request = new Flow({ ...ends, destination: vip, destinationPort: service.port });
    await send(stage, stage.client, [request.syn()]);
    const reply = new Flow({
      ...{ source: servers[0].address, sourcePort: service.port },
      ...{ destination: NOWHERE, destinationPort: CLIENT_PORT },
    });
    const packet = reply.segment({}, { flags: SYN | ACK });
    await send(stage, servers[0], [packet]);
    return packet;
  },
  check: (seen, packet) =>
    outcome(
      1,
      'a reply to a client without a route',
      expectPackets(
        seen.toServers.filter((one) => packetIn(one)[9] === ICMP),
        [errorAbout(packet, { source: seen.dip, type: UNREACHABLE, code: NETWORK_UNREACHABLE })],
        { what: 'the answer to the server', ignore: OWN_ID },
      ),
      expectNothing(seen.toClients, 'The reply was sent somewhere.'),
    ),
});

export const repliesToNobody: readonly PacketCase[] = [refused, lost];
