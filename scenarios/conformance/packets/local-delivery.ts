/** Packets that no rule and no connection claims: the director’s own stack gets them, and answers as any host would. */

import {
  ACK,
  FIN,
  ipText,
  PORT_UNREACHABLE,
  PSH,
  RST,
  readTcp,
  SYN,
  segmentLength,
  TCP,
  tcpPacket,
  UNREACHABLE,
  udpPacket,
} from '../../../lab/frames/index.ts';
import type { Mode } from '../../../lab/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { OWN_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { errorAbout } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel, type Requirement, rfc, type Source } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';

interface LocalCase extends Pick<Requirement, 'name' | 'title' | 'requirement'> {
  readonly sources: readonly Source[];
  /** The service of most cases, unless given. */
  readonly prepare?: (stage: Stage) => Promise<void>;
  readonly packets: (stage: Stage) => readonly Uint8Array[];
  /** All unless given. */
  readonly modes?: readonly Mode[];
}

/** Nothing reaches a server, and every packet is answered as RFC 9293 and RFC 1122 ask of a host without a listener. */
export function localCase({
  prepare = addStandardService,
  packets,
  modes = ALL_MODES,
  ...requirement
}: LocalCase): PacketCase {
  return packetCase({
    ...requirement,
    modes,
    play: async (stage) => {
      await prepare(stage);
      await send(stage, stage.client, packets(stage));
    },
    check: (seen) => {
      const [got, sent] = [seen.at('director'), seen.by('director')];
      return outcome(
        got.length,
        `${counted(got.length, 'packet')} that no rule claims`,
        expectPackets(
          sent,
          got.flatMap((packet) => answerOfStack(packetIn(packet))),
          {
            what: 'the local stack’s answer',
            ignore: OWN_CHOICES,
          },
        ),
        expectNothing(seen.toServers, 'A server got a packet that no rule claims.'),
      );
    },
  });
}

/** What a stack may choose in packets of its own. */
const OWN_CHOICES = [...OWN_ID, 'IP TTL', 'IP don’t fragment'];

/** RFC 9293 §3.10.7.1 for TCP, RFC 1122 §3.2.2.1 for UDP. */
function answerOfStack(packet: Uint8Array): Uint8Array[] {
  const source = ipText(packet, 16);
  if (packet[9] !== TCP) return [errorAbout(packet, { source, type: UNREACHABLE, code: PORT_UNREACHABLE })];
  const segment = readTcp(packet);
  if ((segment.flags & RST) !== 0) return [];
  const numbers =
    (segment.flags & ACK) !== 0
      ? { flags: RST, sequence: segment.acknowledgement }
      : {
          flags: RST | ACK,
          sequence: 0,
          acknowledgement: (segment.sequence + segmentLength(segment)) % 2 ** 32,
        };
  const ports = { sourcePort: segment.destinationPort, destinationPort: segment.sourcePort };
  return [tcpPacket({ source, destination: segment.ip.source }, { ...ports, window: 0, ...numbers })];
}

const noServiceTcp = localCase({
  name: 'local/no-service-tcp',
  title: 'A closed port of the VIP answers RST',
  requirement:
    'A TCP segment to a port of the VIP that no rule names goes on to the director’s own stack, which answers RST where nothing listens: to a SYN with the sequence number acknowledged, to an ACK with the number it acknowledged.',
  sources: [
    article('input'),
    article('user-space'),
    rfc('9293 §3.10.7.1'),
    kernel('scheduling: no service, §1.3'),
  ],
  packets: (stage) => {
    const flow = new ClientFlow(stage, { servicePort: 9 });
    return [
      flow.syn({}, { sequence: 7 }),
      flow.syn({}, { sequence: 0xffff_ffff }),
      flow.segment({}, { flags: ACK, acknowledgement: 5 }),
    ];
  },
});

const noServiceUdp = localCase({
  name: 'local/no-service-udp',
  title: 'A closed UDP port of the VIP answers port unreachable',
  requirement:
    'A datagram to a port of the VIP that no rule names goes on to the director’s own stack, which answers “port unreachable” where nothing listens, as any host does.',
  sources: [
    article('input'),
    article('user-space'),
    rfc('1122 §4.1.3.1'),
    kernel('scheduling: no service, §1.3'),
  ],
  packets: (stage) => {
    const flow = new ClientFlow(stage, { servicePort: 9 });
    return [flow.datagram(), flow.datagram({}, { payload: new Uint8Array(0) })];
  },
});

/** The last but one are resets, the last is a SYN that is one too. */
const STRAY_FLAGS = [ACK, ACK | PSH, FIN, FIN | ACK, 0, PSH | FIN | 32, RST, RST | ACK, SYN | RST];

const strayAck = localCase({
  name: 'local/stray-segment',
  title: 'A segment of no connection does not open one',
  requirement:
    'Only a SYN opens a connection. Any other segment to the service that belongs to none, say because it has expired, is left to the director’s stack, which answers RST (and to a RST nothing): the client learns that the connection is gone.',
  sources: [rfc('9293 §3.10.7.1'), kernel('scheduling: SYN clear or RST set, §1.3, §14')],
  packets: (stage) =>
    STRAY_FLAGS.map((flags, i) =>
      new ClientFlow(stage, { clientPort: 43_000 + i }).segment(
        {},
        { flags, sequence: 7, acknowledgement: (flags & ACK) === 0 ? 0 : 9, payload: new Uint8Array(0) },
      ),
    ),
});

const sourcePort20 = localCase({
  name: 'local/source-port-20',
  title: 'Port 20 is never balanced',
  requirement:
    'Connections from port 20 are taken for FTP’s data connections, which follow a connection that is there already: they are never scheduled, UDP no more than TCP, and end at the director’s own stack.',
  sources: [kernel('scheduling: source port 20, §1.3')],
  packets: (stage) => {
    const flow = new ClientFlow(stage, { clientPort: 20 });
    return [flow.syn(), flow.datagram()];
  },
});

const OTHER_PROTOCOL_PORT = 8001;

const otherProtocol = localCase({
  name: 'local/other-protocol',
  title: 'A TCP service does not take UDP',
  requirement:
    'A rule names protocol, address and port, all three: a UDP datagram to the port of a TCP service is the director’s own business, and a SYN to the port of a UDP service.',
  sources: [article('input'), article('user-space'), kernel('scheduling: service look-up, §1.3')],
  prepare: async (stage) => {
    const { vip, director } = stage;
    await director.rules(
      `-A -t ${vip}:${SERVICE_PORT} -s rr`,
      `-a -t ${vip}:${SERVICE_PORT} -r ${stage.servers[0].address}:${SERVICE_PORT} ${stage.method}`,
      `-A -u ${vip}:${OTHER_PROTOCOL_PORT} -s rr`,
      `-a -u ${vip}:${OTHER_PROTOCOL_PORT} -r ${stage.servers[0].address}:${OTHER_PROTOCOL_PORT} ${stage.method}`,
    );
  },
  packets: (stage) => [
    new ClientFlow(stage).datagram(),
    new ClientFlow(stage, { servicePort: OTHER_PROTOCOL_PORT }).syn(),
  ],
});

const ownAddress = localCase({
  name: 'local/own-address',
  title: 'The director’s own address is not the VIP',
  requirement:
    'A rule is for one address: packets to the same port of another address of the director, its own, are not balanced.',
  sources: [article('input'), article('user-space'), kernel('scheduling: service look-up, §1.3')],
  packets: (stage) => {
    const ends = { source: stage.clientAddress(), destination: stage.dip };
    const ports = { sourcePort: 44_000, destinationPort: SERVICE_PORT };
    return [tcpPacket(ends, { ...ports, flags: SYN }), udpPacket(ends, ports)];
  },
});

const serverIsDirector = localCase({
  name: 'local/server-is-director',
  title: 'The director may be one of its own servers',
  requirement:
    'If a real server’s address is the director’s own, DR and TUN have nowhere to send the packet: it goes on to the director’s own stack as it came, with no hop taken off, for a process there that listens on the VIP.',
  sources: [kernel('local target, §5.6')],
  modes: modesWhere(({ rewritesAddresses }) => !rewritesAddresses),
  prepare: ({ vip, dip, method, director }) =>
    director.rules(
      ...['-t', '-u'].flatMap((protocol) => [
        `-A ${protocol} ${vip}:${SERVICE_PORT} -s rr`,
        `-a ${protocol} ${vip}:${SERVICE_PORT} -r ${dip}:${SERVICE_PORT} ${method}`,
      ]),
    ),
  packets: (stage) => {
    const flow = new ClientFlow(stage);
    return [flow.syn(), flow.datagram(), flow.syn({ ttl: 1 }), flow.datagram({ ttl: 1 })];
  },
});

export const localDelivery: readonly PacketCase[] = [
  noServiceTcp,
  noServiceUdp,
  strayAck,
  sourcePort20,
  otherProtocol,
  ownAddress,
  serverIsDirector,
];
