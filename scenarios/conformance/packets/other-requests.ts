/** Requests out of the ordinary: shouted to everybody, cut short, padded. */

import { BROADCAST_MAC, ipFrame, ipPacket, join, pattern, TCP, UDP } from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectNothing, outcome } from '../../kit/expecting/expect.ts';
import { expectRequests, packetIn } from '../../kit/expecting/forwarded.ts';
import { findingAbout } from '../../kit/finding.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { cutShort } from '../../kit/sending/cut-short.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';

const broadcast = packetCase({
  name: 'request/broadcast-frame',
  title: 'Broadcasts are not balanced',
  requirement:
    'A packet to the VIP in a broadcast frame was not sent to the director alone: it is left to the machine’s own stack, which does not answer it, and no server gets it.',
  sources: [rfc('1122 §3.3.6'), kernel('hooks: link-layer packet type, §1.2')],
  // Only where the director is the servers’ gateway is the client on its link.
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    for (const packet of [flow.syn(), flow.datagram()]) {
      stage.client.sendFrame('eth0', ipFrame(stage.client.mac, BROADCAST_MAC, packet));
    }
    await stage.settle();
  },
  check: (seen) =>
    outcome(
      seen.on('director', 'eth0').length,
      `${counted(seen.on('director', 'eth0').length, 'packet')} in broadcast frames`,
      expectNothing(seen.toServers, 'A packet from a broadcast frame was forwarded.'),
      expectNothing(seen.toClients, 'A packet from a broadcast frame was answered.'),
    ),
});

const truncated = packetCase({
  name: 'request/truncated',
  title: 'A packet with a truncated header is dropped',
  requirement:
    'A packet that ends before its TCP or UDP header does cannot be matched with a rule or a connection; it is dropped, and no error is sent.',
  sources: [kernel('scheduling: header not readable, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const ends = { source: stage.clientAddress(), destination: stage.vip };
    const flow = new ClientFlow(stage);
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
      `${counted(seen.fromClients.length, 'packet')}, too short for their headers`,
      expectNothing(seen.toServers, 'A packet without a whole header was forwarded.'),
      expectNothing(seen.toClients, 'A packet without a whole header was answered.'),
    ),
});

const truncatedLater = packetCase({
  name: 'request/truncated-later',
  title: 'NAT drops a packet that ends before its checksum',
  requirement:
    'A packet of an open connection may end right after its ports. NAT would have to change a checksum that is not there, so it drops the packet, and no error is sent.',
  sources: [kernel('NAT: header not writable, §5.2')],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), flow.datagram()]);
    await send(stage, stage.client, cutShort(flow));
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length - 2,
      `${counted(seen.fromClients.length - 2, 'packet')} of open connections, cut short`,
      expectCount(seen.toServers, 2, 'the whole packets that opened the connections'),
      expectNothing(seen.toClients, 'A packet without a whole header was answered.'),
    ),
});

const padding = packetCase({
  name: 'request/padding',
  title: 'Frame padding is not data',
  requirement:
    'Ethernet frames have at least 60 bytes; what follows a short packet to fill them is not the packet’s, and must not show up in another network: what leaves ends with the packet, or with zeros.',
  sources: [rfc('894'), rfc('1122 §2.3.3'), kernel('NAT: length of a padded packet, §5.2')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
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
      `${counted(seen.fromClients.length, 'short packet')}, in padded frames`,
      expectRequests(seen, sent),
      seen.toServers
        .filter((packet) => packet.bytes.subarray(14 + packetIn(packet).length).some((byte) => byte !== 0))
        .map((packet) => findingAbout(packet, 'What followed the request in its frame was sent on.')),
    ),
});

export const otherRequests: readonly PacketCase[] = [broadcast, truncated, truncatedLater, padding];
