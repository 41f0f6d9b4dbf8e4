/** Replies of all kinds of services, and packets of all lengths. */

import {
  ACK,
  hex,
  ICMP,
  ipPacket,
  PORT_UNREACHABLE,
  RST,
  SCTP,
  SYN,
  TCP,
  UDP,
  UNREACHABLE,
} from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { OWN_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { errorAbout, oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { Service } from '../../kit/service.ts';
import { chunks } from '../connections/sctp-events.ts';

const MARK = 71;
const MARKED_PORT = 7100;
const FIXED_PORT = 7101;
const ANY_PORT = 7102;
const FTP_PORT = 21;
const CLIENT_PORT = 30_000;

const replies = packetCase({
  name: 'reply/any-service',
  title: 'Whatever service a server is behind, its replies are the VIP’s alone',
  requirement:
    'Replies of the servers of a service by port, by mark, of every port and of FTP with its data ports leave once, from the VIP and the port that the client asked for; the machine’s own routing sends no second copy with the server’s address.',
  sources: [article('nat-reply'), kernel('hooks: LOCAL_IN for requests, FORWARD for replies, §1.1')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const { director, vip, servers, method } = stage;
    const { address } = servers[0];
    await director.mark(vip, MARK, MARKED_PORT);
    await director.rules(
      ...[`-A -f ${MARK} -s rr`, `-a -f ${MARK} -r ${address}:0 ${method}`],
      ...['-t', '-u', '--sctp-service'].flatMap((protocol) => [
        `-A ${protocol} ${vip}:${FIXED_PORT} -s rr`,
        `-a ${protocol} ${vip}:${FIXED_PORT} -r ${address}:${FIXED_PORT} ${method}`,
      ]),
      ...[
        `-A -t ${vip}:${FTP_PORT} -s rr -p 60`,
        `-a -t ${vip}:${FTP_PORT} -r ${address}:${FTP_PORT} ${method}`,
      ],
      ...[`-A -t ${vip}:0 -s rr -p 60`, `-a -t ${vip}:0 -r ${address}:0 ${method}`],
    );
    const ports = [MARKED_PORT, FIXED_PORT, FTP_PORT, 20, 50_021, ANY_PORT, 1, 65_535];
    const asked = ports.map((port, i) => {
      const client = { source: stage.clientAddress(1), sourcePort: CLIENT_PORT + i };
      const request = new Flow({ ...client, destination: vip, destinationPort: port });
      const ends = { destination: client.source, destinationPort: client.sourcePort };
      return { port, request, reply: new Flow({ ...ends, source: address, sourcePort: port }) };
    });
    const fixed = asked[1]!;
    const init = chunks('i');
    const requests = [
      ...asked.map(({ request }) => request.syn()),
      ...[fixed.request.datagram(), fixed.request.sctp(init)],
    ];
    await send(stage, stage.client, requests);
    const answers = [
      ...asked.map(({ port, reply }) => ({ port, packet: reply.segment({}, { flags: SYN | ACK }) })),
      ...[fixed.reply.datagram(), fixed.reply.sctp(chunks('ia'))].map((packet) => ({
        port: FIXED_PORT,
        packet,
      })),
    ];
    await send(
      stage,
      servers[0],
      answers.map(({ packet }) => packet),
    );
    return answers;
  },
  check: (seen, answers) =>
    outcome(
      answers.length,
      `${counted(answers.length, 'reply', 'replies')} of four kinds of services`,
      expectPackets(
        seen.toClients,
        answers.map(({ port, packet }) => withSource(oneHopOn(packet), { address: seen.vip, port })),
        { what: 'the reply as the VIP’s' },
      ),
    ),
});

/** Bytes without which it cannot be told what a packet is. */
const LEAST_BYTES = { [TCP]: 20, [UDP]: 8, [SCTP]: 16 } as const;
const PORTS_BYTES = 4;
const MOST_BYTES = 24;

const lengths = packetCase({
  name: 'request/any-length',
  title: 'What opens a connection has a whole header',
  requirement:
    'A first packet is forwarded if it holds the whole header of TCP or UDP, of SCTP that of the first chunk too; of any length below it that holds the ports it is dropped, and no error is sent.',
  sources: [kernel('scheduling: header not readable, §1.3'), rfc('9293 §3.1'), rfc('768'), rfc('9260 §3')],
  modes: ALL_MODES,
  play: async (stage) => {
    const services = [
      { protocol: 'tcp', number: TCP },
      { protocol: 'udp', number: UDP },
      { protocol: 'sctp', number: SCTP },
    ] as const;
    const sent: { readonly packet: Uint8Array; readonly isWhole: boolean }[] = [];
    for (const { protocol, number } of services) {
      const service = await Service.add(stage, { protocol, servers: [{}] });
      for (let length = PORTS_BYTES; length <= MOST_BYTES; length++) {
        const ends = { source: stage.clientAddress(1 + length), destination: stage.vip };
        const flow = new Flow({ ...ends, sourcePort: CLIENT_PORT, destinationPort: service.port });
        const whole = { tcp: flow.syn(), udp: flow.datagram(), sctp: flow.sctp(chunks('i')) }[protocol];
        const packet = ipPacket({ ...ends, id: 100 + length }, number, whole.slice(20, 20 + length));
        sent.push({ packet, isWhole: length >= LEAST_BYTES[number] });
      }
    }
    await send(
      stage,
      stage.client,
      sent.map(({ packet }) => packet),
    );
    return sent;
  },
  check: (seen, sent) => {
    const identity = (packet: Uint8Array) => hex(packet.slice(4, 6)) + packet[9];
    const arrived = seen.toServers.map(({ payload, bytes }) => identity(bytes.slice(payload?.at)));
    const whole = sent.filter(({ isWhole }) => isWhole).map(({ packet }) => identity(packet));
    return outcome(
      sent.length,
      `${counted(sent.length, 'packet')} of ${PORTS_BYTES} to ${MOST_BYTES} bytes behind the IP header`,
      expectValues('Not those packets were forwarded that should have been.', {
        'identifications and protocols': [whole.toSorted().join(' '), arrived.toSorted().join(' ')],
      }),
      expectNothing(seen.toClients, 'A packet without a whole header was answered.'),
    );
  },
});

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

const ftpWithoutServers = packetCase({
  name: 'ftp/passive-data-without-server',
  title: 'Without servers only FTP’s own port is answered for',
  requirement:
    'Where a persistent FTP service has no server, a client of port 21 is told so (port unreachable); what is for its data ports is left to the director’s own stack, on which nobody listens.',
  sources: [kernel('scheduling: no destination, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { vip } = stage;
    await stage.director.rules(`-A -t ${vip}:${FTP_PORT} -s rr -p 60`);
    const ports = [FTP_PORT, 20, 1024, 50_021];
    const packets = ports.map((port, i) =>
      new Flow({
        ...{ source: stage.clientAddress(1 + i), sourcePort: CLIENT_PORT },
        ...{ destination: vip, destinationPort: port },
      }).syn(),
    );
    await send(stage, stage.client, packets);
    return ports.length;
  },
  check: (seen, sent) =>
    outcome(
      sent,
      `${counted(sent, 'SYN')} to a service without servers`,
      expectValues('They were not answered as they should be.', {
        'protocols of the answers': [
          [ICMP, TCP, TCP, TCP].join(' '),
          seen.toClients.map((packet) => packetIn(packet)[9]).join(' '),
        ],
      }),
    ),
});

export const anyService: readonly PacketCase[] = [replies, lengths, refused, lost, ftpWithoutServers];
