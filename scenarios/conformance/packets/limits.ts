/** What must stay within bounds, and what must not be taken for what it claims to be. */

import {
  arpAnswer,
  get16,
  HOST_UNREACHABLE,
  PORT_UNREACHABLE,
  sctpPacket,
  UNREACHABLE,
} from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { errorQuoting } from '../../kit/expecting/icmp-messages.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { readCounters } from '../../kit/ipvsadm-lists.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { Service } from '../../kit/service.ts';
import { UnjudgedError } from '../../kit/unjudged-error.ts';
import { arpOf } from './arp.ts';
import { leastPathMtu } from './icmp-tunnel.ts';

/** An INIT chunk (RFC 9260 §3.3.2). */
const INIT = Uint8Array.of(1, 0, 0, 20, 0, 0, 0, 1, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1);
const WRONG_CHECKSUM = 0x1234_5678;
const SCTP_CHECKSUM = 8;

const wrongSctpChecksum = packetCase({
  name: 'sctp/wrong-checksum',
  title: 'A wrong SCTP checksum stays wrong where no port changes',
  requirement:
    'The checksum of SCTP covers no address, so where the port stays the director has nothing to correct in it: a damaged packet reaches the server as damaged as it was.',
  sources: [rfc('9260 §6.8'), kernel('NAT: SCTP, §5.2')],
  modes: ALL_MODES,
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'sctp', servers: [{}] });
    const ends = { source: stage.clientAddress(), destination: stage.vip };
    const ports = { sourcePort: 30_000, destinationPort: service.port };
    const packet = sctpPacket(ends, { ...ports, checksum: WRONG_CHECKSUM }, INIT);
    await send(stage, stage.client, [packet]);
    return stage.servers[0].inbox.map((arrived) => {
      const at = (arrived[0]! & 0xf) * 4 + SCTP_CHECKSUM;
      return get16(arrived, at) * 65_536 + get16(arrived, at + 2);
    });
  },
  check: (_seen, checksums) =>
    outcome(
      1,
      'a packet with a wrong checksum',
      expectValues('The checksum is not the one that was sent.', {
        checksums: [WRONG_CHECKSUM, checksums.join(' ')],
      }),
    ),
});

const ASKERS = 240;
/** Of the kernel (net.ipv4.icmp_msgs_burst, icmp_msgs_per_sec): in all, whomever they go to. */
const BURST = 50;
const PER_SECOND = 1000;
/** Later releases (6.1.113) give a burst anew to who has used one up, where the one before it was long ago. */
const BURSTS = 2;
/**
 * The kernel counts each answer as none, one or two, at random, so that nobody can count them from outside. After so many the
 * standard deviation is that of so many throws of a die with these three sides; four of them are exceeded once in 30,000 runs.
 */
const randomly = (answers: number) => 4 * Math.sqrt((answers * 2) / 3);
const LEAST = Math.floor(BURST - randomly(BURST));
const MOST = Math.ceil(BURSTS * BURST + randomly(BURSTS * BURST));

const limitedInAll = packetCase({
  name: 'no-server/limited-in-all',
  title: 'All clients together are told so many times at once',
  requirement:
    'ICMP errors to everybody together are limited to a burst of about 50, or twice that, and one each millisecond after that, so that a flood from forged addresses is not answered packet by packet.',
  sources: [rfc('1812 §4.3.2.8'), kernel('ICMP errors: limits, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    const service = await Service.add(stage, { servers: [] });
    // The way back to the clients is known afterwards, and the limit has had time to recover.
    service.segment(service.client(0, 250), 'S');
    await stage.wait(200);
    for (let n = 1; n <= ASKERS; n++) service.segment(service.client(0, n), 'S');
    await stage.settle();
  },
  check: (seen) => {
    const asked = seen.fromClients.slice(1).map(({ time }) => time);
    const answers = seen.toClients.slice(1);
    // A director on a busy machine answers later than it was asked, and may answer more by then.
    const ended = Math.max(...asked, ...answers.map(({ time }) => time));
    const lastedMs = (ended - Math.min(...asked)) * 1000;
    if (lastedMs > 100)
      throw new UnjudgedError(`the packets took ${Math.round(lastedMs)} ms, which is no burst`);
    const most = MOST + Math.ceil((lastedMs * PER_SECOND) / 1000);
    const isRight = answers.length >= LEAST && answers.length <= most;
    return outcome(
      asked.length,
      `${counted(asked.length, 'client')} at once, ${counted(answers.length, 'answer')}`,
      expectValues('The errors are not limited as they should be.', {
        answers: [`${LEAST} to ${most}`, isRight ? `${LEAST} to ${most}` : answers.length],
      }),
    );
  },
});

/** Longer than it takes to have earned a burst again. */
const PAUSE_MS = 1_500;

export const limitedAnew = packetCase({
  name: 'no-server/limited-anew',
  title: 'After a pause all clients are told again',
  requirement:
    'Once the burst of ICMP errors to everybody together is used up, there is as much of it again a second and a half later.',
  sources: [rfc('1812 §4.3.2.8'), kernel('ICMP errors: limits, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    const service = await Service.add(stage, { servers: [] });
    service.segment(service.client(0, 250), 'S');
    await stage.wait(200);
    for (const first of [0, ASKERS / 2]) {
      for (let n = 1; n <= ASKERS / 2; n++) service.segment(service.client(0, first + n), 'S');
      await stage.settle();
      if (first === 0) await stage.wait(PAUSE_MS);
    }
  },
  check: (seen) => {
    const anewAt = seen.fromClients[1 + ASKERS / 2]?.time ?? Number.POSITIVE_INFINITY;
    const answers = seen.toClients.filter(({ time }) => time >= anewAt).length;
    const least = `${LEAST} or more`;
    return outcome(
      seen.fromClients.length - 1,
      `${counted(ASKERS, 'client')} in two bursts, ${counted(answers, 'answer')} to the second one`,
      expectValues('The limit does not recover.', {
        answers: [least, answers >= LEAST ? least : answers],
      }),
    );
  },
});

const countedErrors = packetCase({
  name: 'counters/errors',
  title: 'Errors that are passed on are counted as their connection’s packets',
  requirement:
    'In NAT an ICMP error about a request that goes to the client counts as a packet out, one about a reply that goes to the server as a packet in, each with the bytes of the error.',
  sources: [kernel('ICMP errors: both directions, §5.8'), kernel('statistics, §8')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  virtualTime: true,
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    const client = service.client();
    service.datagram(client);
    await stage.settle();
    const about = stage.servers[0].inbox[0]!;
    const reply = service.datagramReply(0, client);
    await stage.settle();
    const kind = { type: UNREACHABLE, code: PORT_UNREACHABLE };
    const out = errorQuoting({ source: stage.servers[0].address, destination: client.address }, kind, about);
    await send(stage, stage.servers[0], [out]);
    const seenReply = stage.client.inbox[0] ?? reply;
    const back = errorQuoting(
      { source: client.address, destination: stage.vip },
      { type: UNREACHABLE, code: HOST_UNREACHABLE },
      seenReply,
    );
    await send(stage, stage.client, [back]);
    await stage.wait(2_200);
    const list = await stage.director.ipvsadm('-Ln', '--stats', '--exact', ...service.key);
    const counters = readCounters(list);
    return {
      names: [service.address, service.serverAddress(0)],
      counters,
      expected: [1, 2, 2, 33 + back.length, 33 + out.length].join(' '),
    };
  },
  check: (_seen, { names, counters, expected }) =>
    outcome(
      2,
      'two errors and the packets that they are about',
      expectValues('The errors are not counted as they should be.', {
        ...Object.fromEntries(
          names.map((name) => {
            const found = counters.get(name);
            const shown = found && [
              found.connections,
              found.inPackets,
              found.outPackets,
              found.inBytes,
              found.outBytes,
            ];
            return [name, [expected, shown?.join(' ')] as const];
          }),
        ),
      }),
    ),
});

const ownSource = packetCase({
  name: 'request/impossible-source',
  title: 'Nobody outside can be the director, a group or everybody',
  requirement:
    'A packet from outside with one of the director’s own addresses as its source, or with a multicast or broadcast one, is a martian: it is not balanced.',
  sources: [rfc('1812 §5.3.7'), kernel('DR and TUN: replies at the director, §5.7')],
  modes: ALL_MODES,
  play: async (stage) => {
    const service = await Service.add(stage, { servers: [{}] });
    const { port } = await Service.add(stage, { protocol: 'udp', port: service.port, servers: [{}] });
    const sources = [stage.vip, stage.dip, '224.0.0.5', '239.255.255.255', '255.255.255.255'];
    const packets = sources.flatMap((source) => {
      const flow = new Flow({ source, sourcePort: 30_000, destination: stage.vip, destinationPort: port }, 1);
      return [flow.syn(), flow.datagram()];
    });
    await send(stage, stage.client, packets);
    service.segment(service.client(), 'S');
    await stage.settle();
    return { sent: packets.length, listed: await service.listedServers() };
  },
  check: (seen, { sent, listed }) =>
    outcome(
      sent,
      `${counted(sent, 'packet')} from impossible sources, and one of a client`,
      expectNothing(seen.toServers.slice(1), 'A packet from an impossible source was forwarded.'),
      expectValues('A packet from an impossible source made a connection.', {
        connections: [1, listed.reduce((sum, { active, inactive }) => sum + active + inactive, 0)],
      }),
    ),
});

const confirmed = packetCase({
  name: 'neighbour/confirmed',
  title: 'A known MAC address is confirmed by asking its owner alone',
  requirement:
    'Once an address has not been confirmed for a while, the next packet is still sent to it, and the station itself is asked whether it is there: the question goes to its MAC address, not to everybody. So is one that has itself asked for an address of the director’s, and told its own thereby.',
  sources: [rfc('826'), rfc('1122 §2.3.2.1'), kernel('neighbours: confirmation, §5.1')],
  modes: ALL_MODES,
  virtualTime: true,
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    service.datagram(service.client());
    await stage.settle();
    await stage.wait(100_000);
    service.datagram(service.client());
    await stage.settle();
    await stage.wait(10_000);
    service.datagram(service.client());
    await stage.settle();
  },
  check: (seen) => {
    const { source, destination } = towardsServer(seen, 'rs1');
    const asked = (['eth0', 'eth1'] as const)
      .filter((name) =>
        seen.topology.hosts
          .find(({ role }) => role === 'director')
          ?.interfaces.some((one) => one.name === name),
      )
      .flatMap((name) => [...seen.arp('director', name)])
      .filter((packet) => arpOf(packet).operation === 'request');
    const questions = asked.filter(
      (packet) => packet.sourceMac === source && arpOf(packet).senderIp === seen.dip,
    );
    const [first, ...later] = questions;
    const hasMet = asked.some(({ sourceMac }) => sourceMac === destination);
    return outcome(
      questions.length,
      counted(questions.length, 'question'),
      expectValues('The server was not asked as it should be.', {
        'first question': [
          hasMet ? 'to one' : 'to everybody',
          first?.destinationMac === 'ff:ff:ff:ff:ff:ff' ? 'to everybody' : 'to one',
        ],
        'later questions': ['at least one', later.length === 0 ? 'none' : 'at least one'],
        'later questions to others than the server': [
          0,
          later.filter(({ destinationMac }) => destinationMac !== destination).length,
        ],
        'packets sent on': [3, seen.toServers.length],
      }),
    );
  },
});

const OTHER_MAC = '02:00:00:00:77:77';

const newMac = packetCase({
  name: 'neighbour/new-mac',
  title: 'A server that comes back with another MAC address is reached there',
  requirement:
    'When a server tells its new MAC address, as one does after its card was changed or its address has moved, the next packet goes there, though the old one was confirmed a moment ago.',
  sources: [rfc('826'), kernel('neighbours: next hop, §5.1')],
  modes: modesWhere(({ serversOnLink }) => serversOnLink),
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    service.datagram(service.client());
    await stage.settle();
    // The kernel does not believe in a change within a second.
    await stage.wait(1_500);
    const question = {
      operation: 'request',
      senderMac: stage.director.serverSideMac,
      senderIp: stage.dip,
      targetMac: stage.servers[0].mac,
      targetIp: stage.servers[0].address,
    } as const;
    stage.servers[0].sendFrame('eth0', arpAnswer(question, OTHER_MAC));
    await stage.settle();
    service.datagram(service.client());
    await stage.settle();
    return stage.servers[0].mac;
  },
  check: (seen, mac) => {
    const sent = (to: string) => seen.by('director').filter(({ destinationMac }) => destinationMac === to);
    return outcome(
      2,
      'two datagrams, before and after the change',
      expectValues('The packets did not go where the server said that it is.', {
        'packets to the old address': [1, sent(mac).length],
        'packets to the new one': [1, sent(OTHER_MAC).length],
      }),
    );
  },
});

export const limits: readonly PacketCase[] = [
  wrongSctpChecksum,
  limitedInAll,
  countedErrors,
  ownSource,
  confirmed,
  newMac,
  leastPathMtu,
];
