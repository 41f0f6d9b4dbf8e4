/** Whole conversations between a client and a server, and which way their replies go. */
import type { DecodedPacket } from '../../../harness/captures/decoded-packet.ts';
import { finding } from '../../../harness/finding.ts';
import { expectNothing, expectPackets, expectValues, outcome } from '../../../harness/packets/expect.ts';
import { type PacketCase, packetCase, type Seen } from '../../../harness/packets/packet-case.ts';
import type { Stage } from '../../../harness/packets/stage.ts';
import { ALL_MODES, article, kernel, rfc } from '../../../harness/requirement.ts';
import {
  hex,
  ipFrame,
  ipText,
  isSame,
  pattern,
  SYN,
  tcpOf,
  UDP,
  udpOf,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { TcpClient, tcpServer, udpEcho } from '../../../lab/stations/index.ts';
import type { Finding } from '../../../reports/result.ts';
import { packetIn } from './expect-forwarded.ts';
import { CLIENT_PORT, Flow, send } from './flow.ts';
import { oneHopOn, withSource } from './rewritten-packet.ts';
import { addService, SERVICE_PORT, serverPort } from './service.ts';

/** What the server sent has to reach the client as the VIP’s, by the mode’s own way. */
function expectTheirWay(seen: Seen): Finding[] {
  const replies = seen.by('rs1').map(packetIn);
  const received = seen.at('client');
  const vip = { address: seen.vip, port: SERVICE_PORT };
  const wanted = replies.map((reply) =>
    seen.mode === 'nat' ? withSource(oneHopOn(reply), vip) : oneHopOn(reply),
  );
  const atDirector = [...seen.at('director'), ...seen.by('director')];
  return [
    ...expectPackets(received, wanted, { what: 'the reply that the client receives' }),
    ...(seen.mode === 'nat'
      ? expectValues('Replies did not come back through the director.', {
          'replies that the director got': [replies.length, seen.fromServers.length],
        })
      : expectNothing(atDirector.filter(isReplyTo(seen)), 'A reply went through the director.')),
  ];
}

function isReplyTo({ vip }: Seen): (packet: DecodedPacket) => boolean {
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
    kernel('LVS is transparent to both ends'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addService(stage);
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
      `${seen.at('client').length} segments that the client received, ${seen.by('client').length} that it sent`,
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
    kernel('LVS is transparent to both ends'),
  ],
  modes: ALL_MODES,
  play: async (stage) => {
    await addService(stage);
    stage.servers[0].answer(udpEcho({ port: serverPort(stage.mode) }));
    const flows = Array.from(
      { length: QUESTIONS },
      (_, i) => new Flow(stage, { client: 1 + i, clientPort: 50_000 + i }),
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
      `${answers.length} answers to ${QUESTIONS} datagrams`,
      missing.map((i) =>
        finding(`The client got no answer from the VIP to the datagram from port ${50_000 + i}.`),
      ),
      expectTheirWay(seen),
    );
  },
});

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
  modes: ['dr', 'tun'],
  play: async (stage: Stage) => {
    await addService(stage);
    const flow = new Flow(stage);
    await send(stage, stage.client, [flow.syn(), ...flow.both({ id: 7 })]);
    return [...stage.servers[0].inbox];
  },
  check: (seen, inbox) => {
    const wanted = seen.fromClients.map((packet) => oneHopOn(packetIn(packet)));
    return outcome(
      inbox.length,
      `${inbox.length} packets that rs1 took for its own`,
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
  modes: ['dr'],
  play: async (stage) => {
    await addService(stage);
    const flow = new Flow(stage);
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
      `${replies.length} reply that was sent to the director`,
      expectNothing(seen.toClients, 'The director forwarded a packet that says it comes from the director.'),
      expectNothing(
        seen.at('client').filter((packet) => packet.ip?.protocol === UDP),
        'The client received it.',
      ),
    );
  },
});

export const conversations: readonly PacketCase[] = [tcp, udp, accepted, throughDirector];
