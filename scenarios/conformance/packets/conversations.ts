/** Whole conversations between a client and a server, and which way their replies go. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { hex, ipText, pattern, SYN, udpOf } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { TcpClient, tcpServer, udpEcho } from '../../../lab/stations/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import { oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import type { Finding } from '../../kit/finding.ts';
import { finding } from '../../kit/finding.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { CLIENT_PORT, ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT, serverPort } from '../../kit/standard-service.ts';

/** What the server sent has to reach the client as the VIP’s, by the mode’s own way. */
function expectTheirWay(seen: Seen): Finding[] {
  const replies = seen.by('rs1').map(packetIn);
  const received = seen.at('client');
  const vip = { address: seen.vip, port: SERVICE_PORT };
  const wanted = replies.map((reply) =>
    MODES[seen.mode].rewritesAddresses ? withSource(oneHopOn(reply), vip) : oneHopOn(reply),
  );
  const atDirector = [...seen.at('director'), ...seen.by('director')];
  return [
    ...expectPackets(received, wanted, { what: 'the reply that the client receives' }),
    ...(MODES[seen.mode].repliesPassDirector
      ? expectValues('Replies did not come back through the director.', {
          'replies that the director got': [replies.length, seen.fromServers.length],
        })
      : expectNothing(atDirector.filter(isReplyTo(seen)), 'A reply went through the director.')),
  ];
}

export function isReplyTo({ vip }: Seen): (packet: DecodedPacket) => boolean {
  return (packet) => ipText(packetIn(packet), 12) === vip;
}

const DATA = pattern(1000);

const tcp = packetCase({
  name: 'conversation/tcp',
  title: 'A TCP connection works from SYN to FIN',
  requirement:
    'A client opens a connection to the VIP, sends data, gets it back and closes, and at no point notices that another machine answers: under NAT replies come back through the director, under DR and TUN the server sends them straight to the client, as the VIP.',
  sources: [
    ...['nat-reply', 'nat-gateway', 'dr-vip', 'dr-reply', 'tun-reply'].map(article),
    rfc('9293 §3.5'),
    kernel('LVS is transparent to both ends, §5.1'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    stage.servers[0].answer(tcpServer({ port: serverPort(stage.mode) }));
    const client = new TcpClient(stage.client, {
      source: stage.clientAddress(),
      sourcePort: CLIENT_PORT,
      destination: stage.vip,
      destinationPort: SERVICE_PORT,
    });
    const opened = await client.open();
    const echoed = await client.send(DATA);
    const closed = await client.close();
    await stage.settle();
    return {
      opened: opened !== undefined && (opened.flags & SYN) !== 0,
      echoed: hex(echoed?.payload ?? new Uint8Array(0)),
      closed: closed !== undefined && (closed.flags & 1) !== 0,
    };
  },
  check: (seen, { opened, echoed, closed }) =>
    outcome(
      seen.at('client').length,
      `${counted(seen.at('client').length, 'segment')} that the client received, ${seen.by('client').length} that it sent`,
      expectValues('The conversation did not go as it should.', {
        'SYN answered by SYN and ACK': ['yes', opened ? 'yes' : 'no'],
        'data that came back': [hex(DATA), echoed],
        'FIN answered by FIN': ['yes', closed ? 'yes' : 'no'],
      }),
      expectTheirWay(seen),
    ),
});

const QUESTIONS = 20;

const udp = packetCase({
  name: 'conversation/udp',
  title: 'Every datagram to the VIP comes back from the VIP',
  requirement:
    'A UDP server has no connection to go by: it answers whoever the datagram says it is from. So the client’s address must reach it under every method, and the answer must come from VIP:8000, the only address that the client knows.',
  sources: [
    ...['nat-reply', 'nat-gateway', 'dr-vip', 'dr-reply', 'tun-unwrap', 'tun-reply'].map(article),
    rfc('768'),
    kernel('LVS is transparent to both ends, §5.1'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    stage.servers[0].answer(udpEcho({ port: serverPort(stage.mode) }));
    const flows = Array.from(
      { length: QUESTIONS },
      (_, i) => new ClientFlow(stage, { client: 1 + i, clientPort: 50_000 + i }),
    );
    const from = stage.client.inbox.length;
    await send(
      stage,
      stage.client,
      flows.map((flow, i) => flow.datagram({}, { payload: pattern(i * 7, i) })),
    );
    return stage.client.inbox
      .slice(from)
      .map((packet) => udpOf(packet))
      .map((answer) => ({
        source: answer?.ip.source,
        sourcePort: answer?.sourcePort,
        destination: answer?.ip.destination,
        destinationPort: answer?.destinationPort,
        payload: hex(answer?.payload ?? new Uint8Array(0)),
      }));
  },
  check: (seen, answers) => {
    const missing = Array.from({ length: QUESTIONS }, (_, i) => i).filter(
      (i) =>
        !answers.some(
          (answer) =>
            answer.source === seen.vip &&
            answer.sourcePort === SERVICE_PORT &&
            answer.destinationPort === 50_000 + i &&
            answer.payload === hex(pattern(i * 7, i)),
        ),
    );
    return outcome(
      answers.length,
      `${counted(answers.length, 'answer')} to ${QUESTIONS} datagrams`,
      missing.map((i) =>
        finding(`The client got no answer from the VIP to the datagram from port ${50_000 + i}.`),
      ),
      expectTheirWay(seen),
    );
  },
});

export const conversations: readonly PacketCase[] = [tcp, udp];
