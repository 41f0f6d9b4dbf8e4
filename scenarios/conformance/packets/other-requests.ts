/** Requests out of the ordinary: cut short, padded, of SCTP, and to several servers. */
import { findingAbout } from '../../../harness/finding.ts';
import { expectCount, expectNothing, expectPackets, outcome } from '../../../harness/packets/expect.ts';
import { type PacketCase, packetCase } from '../../../harness/packets/packet-case.ts';
import type { Stage } from '../../../harness/packets/stage.ts';
import { ALL_MODES, article, kernel, rfc } from '../../../harness/requirement.ts';
import {
  ipFrame,
  ipPacket,
  join,
  pattern,
  readSctp,
  sctpPacket,
  TCP,
  UDP,
} from '../../../lab/frames/index.ts';
import {
  expectFrames,
  expectRequests,
  forwardedRequest,
  OUTER_ID,
  onTheWayTo,
  packetIn,
} from './expect-forwarded.ts';
import { Flow, send } from './flow.ts';
import { towardsClient, towardsServer } from './next-hop.ts';
import { oneHopOn, tunnelled } from './rewritten-packet.ts';
import { addService, SERVICE_PORT, serverEndpoint, serverPort } from './service.ts';

const FLOWS = 12;

const eachServer = packetCase({
  name: 'request/each-server',
  title: 'Each server gets its own packets in its own frames',
  requirement:
    'With several servers every request is rewritten for the server that was chosen for its connection, and its frame leads there: address, port, tunnel and MAC address belong together, packet after packet.',
  sources: [article('rewrite'), article('dr-frame'), kernel('transmitters: route of each destination, §5.1')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addService(stage, { servers: [1, 2, 3] });
    const flows = Array.from({ length: FLOWS }, (_, i) => new Flow(stage, { client: 1 + i }));
    const openings = flows.map((flow) => flow.datagram({ id: 1 }));
    const later = [2, 3, 4].flatMap((id) => flows.map((flow) => flow.datagram({ id })));
    await send(stage, stage.client, [...openings, ...later]);
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length,
      `${seen.fromClients.length} requests of ${FLOWS} flows, over three servers`,
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

const truncated = packetCase({
  name: 'request/truncated',
  title: 'A packet without a whole header goes nowhere',
  requirement:
    'A packet that ends before its TCP or UDP header does cannot be matched with a rule or a connection; it is dropped, and nobody is told.',
  sources: [kernel('scheduling: header not readable, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addService(stage);
    const ends = { source: stage.clientAddress(), destination: stage.vip };
    const flow = new Flow(stage);
    const tcp = flow.syn().subarray(20);
    const udp = flow.datagram().subarray(20);
    await send(stage, stage.client, [
      ...[2, 4, 7].map((length) => ipPacket(ends, UDP, udp.slice(0, length))),
      ...[4, 12, 19].map((length) => ipPacket(ends, TCP, tcp.slice(0, length))),
    ]);
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length,
      `${seen.fromClients.length} packets that are too short for their headers`,
      expectNothing(seen.toServers, 'A packet without a whole header was forwarded.'),
      expectNothing(seen.toClients, 'A packet without a whole header was answered.'),
    ),
});

const padding = packetCase({
  name: 'request/padding',
  title: 'Padding of a frame is not data',
  requirement:
    'Ethernet frames have at least 60 bytes; what follows a short packet to fill them is not the packet’s, and must not show up in another network: what leaves ends with the packet, or with zeros.',
  sources: [rfc('894'), rfc('1122 §2.3.3'), kernel('NAT: length of a padded packet')],
  modes: ['nat'],
  play: async (stage) => {
    await addService(stage);
    const flow = new Flow(stage);
    const requests = [flow.syn(), ...[0, 1, 2].flatMap((length) => flow.both({}, pattern(length)))];
    // The VIP’s MAC address has to be known before frames can be made by hand.
    await send(stage, stage.client, requests.slice(0, 1));
    for (const request of requests.slice(1)) {
      const junk = new Uint8Array(64).fill(0xee);
      const frame = join(ipFrame(stage.client.mac, stage.director.clientSideMac, request), junk);
      stage.client.sendFrame('eth0', frame.subarray(0, 64));
    }
    await stage.settle();
    return requests.length;
  },
  check: (seen, sent) =>
    outcome(
      seen.fromClients.length,
      `${seen.fromClients.length} short packets, in padded frames`,
      expectRequests(seen, sent),
      seen.toServers
        .filter((packet) => packet.bytes.subarray(14 + packetIn(packet).length).some((byte) => byte !== 0))
        .map((packet) => findingAbout(packet, 'What followed the request in its frame was sent on.')),
    ),
});

/** An INIT chunk (RFC 9260 §3.3.2). */
const INIT = Uint8Array.of(1, 0, 0, 20, 0, 0, 0, 1, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1);
/** A DATA chunk with four bytes in it (§3.3.1). */
const DATA = Uint8Array.of(0, 3, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4);

const sctp = packetCase({
  name: 'request/sctp',
  title: 'SCTP is balanced too',
  requirement:
    'An SCTP association is opened by an INIT chunk and forwarded like the rest. Its checksum (CRC32c) covers the ports but no address: NAT computes it anew only where the port changes, so a wrong one is then put right.',
  sources: [rfc('9260 §6.8'), kernel('NAT: SCTP, §5.2')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { vip, director, method } = stage;
    const { address } = serverEndpoint(stage);
    await director.rules(
      `-A --sctp-service ${vip}:${SERVICE_PORT} -s rr`,
      `-a --sctp-service ${vip}:${SERVICE_PORT} -r ${address}:${serverPort(stage.mode)} ${method}`,
    );
    const ends = { source: stage.clientAddress(), destination: vip };
    const ports = { sourcePort: 47_000, destinationPort: SERVICE_PORT };
    const packets = [sctpPacket(ends, ports, INIT), sctpPacket({ ...ends, id: 2 }, ports, DATA)];
    await send(stage, stage.client, packets);
    await send(stage, stage.servers[0], stage.mode === 'nat' ? [sctpReply(stage, ends.source)] : []);
  },
  check: (seen) => {
    const server = serverEndpoint(seen);
    const wanted = seen.fromClients.map((request) => {
      const packet = oneHopOn(packetIn(request));
      if (seen.mode === 'dr') return packet;
      if (seen.mode === 'tun') return tunnelled(packet, { source: seen.dip, destination: server.address });
      const { ip, chunks, verificationTag, sourcePort } = readSctp(packet);
      const ports = { sourcePort, destinationPort: server.port };
      return sctpPacket({ ...ip, destination: server.address }, { ...ports, verificationTag }, chunks);
    });
    const replies = seen.fromServers.map((reply) => {
      const { ip, chunks, verificationTag, destinationPort } = readSctp(oneHopOn(packetIn(reply)));
      const ports = { sourcePort: SERVICE_PORT, destinationPort };
      return sctpPacket({ ...ip, source: seen.vip }, { ...ports, verificationTag }, chunks);
    });
    return outcome(
      seen.fromClients.length,
      `${seen.fromClients.length} requests and ${seen.fromServers.length} replies of SCTP`,
      expectPackets(seen.toServers, wanted, { what: 'the SCTP packet on its way to rs1', ignore: OUTER_ID }),
      expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
      expectPackets(seen.toClients, replies, { what: 'the SCTP packet on its way to the client' }),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    );
  },
});

function sctpReply(stage: Stage, client: string): Uint8Array {
  const { address, port } = serverEndpoint(stage);
  return sctpPacket(
    { source: address, destination: client },
    { sourcePort: port, destinationPort: 47_000 },
    DATA,
  );
}

export const otherRequests: readonly PacketCase[] = [eachServer, truncated, padding, sctp];
