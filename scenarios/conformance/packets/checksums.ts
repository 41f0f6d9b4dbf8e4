/** Checksums where they are hard: about 0, and where a carry comes. */

import { ACK, get16, PSH, pattern, tcpPacket, udpPacket } from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { onesSum } from '../../kit/expecting/rewritten-packet.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import type { Flow, FlowEnds } from '../../kit/sending/flow.ts';
import {
  payloadWithChecksum,
  SUMS,
  TCP_CHECKSUM_AT,
  UDP_CHECKSUM_AT,
} from '../../kit/sending/transport-values.ts';
import { SERVICE_PORT, serverEndpoint } from '../../kit/standard-service.ts';
import { replyCase, requestCase } from './forwarding-case.ts';

const adjusted = kernel('NAT: checksums are updated by the difference, §5.2');
const LENGTHS = [2, 3, 20, 101];

/** A datagram and a segment whose checksums come out as wanted when computed with these ends. */
function packetsWithChecksum(flow: Flow, wanted: number, ends: FlowEnds, length = 20): Uint8Array[] {
  const inDatagram = payloadWithChecksum(wanted, pattern(length), UDP_CHECKSUM_AT, (payload) =>
    udpPacket(ends, { ...ends, payload }),
  );
  const inSegment = payloadWithChecksum(wanted, pattern(length), TCP_CHECKSUM_AT, (payload) =>
    tcpPacket(ends, { ...ends, flags: ACK | PSH, payload }),
  );
  return [flow.datagram({}, { payload: inDatagram }), flow.segment({}, { payload: inSegment })];
}

const arrivesFfff = requestCase({
  name: 'request/checksum-ffff',
  title: 'A checksum of 0xffff is a checksum',
  requirement:
    'UDP writes a sum of 0 as 0xffff, since 0 says that there is none. A datagram that comes with 0xffff has a checksum: NAT adjusts it like any other, DR and TUN leave it.',
  sources: [rfc('768'), adjusted],
  modes: ALL_MODES,
  packets: (flow) => LENGTHS.flatMap((length) => packetsWithChecksum(flow, 0, flow.ends, length)),
});

const becomesFfff = requestCase({
  name: 'request/checksum-becomes-ffff',
  title: 'NAT never sends a checksum of 0 by accident',
  requirement:
    'Where the checksum of a rewritten datagram comes out as 0 it is written as 0xffff; a TCP checksum of 0 stays 0. Both are right sums, and 0 in UDP would mean that there is none.',
  sources: [rfc('768'), rfc('1624 §3'), adjusted],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  packets: (flow, stage) => {
    const { address: destination, port: destinationPort } = serverEndpoint(stage);
    const ends = { ...flow.ends, destination, destinationPort };
    return LENGTHS.flatMap((length) => packetsWithChecksum(flow, 0, ends, length));
  },
});

const carries = requestCase({
  name: 'request/checksum-carries',
  title: 'Every carry of a rewritten checksum counts',
  requirement:
    'A checksum is a sum in one’s complement: what carries out of 16 bits is added again, and may carry once more. NAT’s update by the difference is right for sums about every such point, before, between and after address and port.',
  sources: [rfc('1071 §1'), rfc('1624 §3'), adjusted],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  packets: (flow, stage) => {
    const server = serverEndpoint(stage);
    const { ends } = flow;
    const views = [ends.destination, server.address].flatMap((destination) =>
      [ends.destinationPort, server.port].map((destinationPort) => ({
        ...ends,
        destination,
        destinationPort,
      })),
    );
    return views.flatMap((view) => SUMS.flatMap((wanted) => packetsWithChecksum(flow, wanted, view)));
  },
});

const replyBecomesFfff = replyCase({
  name: 'reply/checksum-becomes-ffff',
  title: 'A reply’s checksum is never 0 by accident',
  requirement:
    'Where the checksum of a rewritten UDP reply comes out as 0 it is written as 0xffff; one that came as 0xffff is adjusted like any other.',
  sources: [rfc('768'), rfc('1624 §3'), adjusted],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  packets: (replies, _flow, stage) => {
    const ends = { ...replies.ends, source: stage.vip, sourcePort: SERVICE_PORT };
    return LENGTHS.flatMap((length) => [
      ...packetsWithChecksum(replies, 0, ends, length),
      ...packetsWithChecksum(replies, 0, replies.ends, length),
    ]);
  },
});

const replyCarries = replyCase({
  name: 'reply/checksum-carries',
  title: 'Every carry of a reply’s checksum counts',
  requirement:
    'The way back is the way there reversed: the update of a reply’s checksum by the difference is right about every carry too.',
  sources: [rfc('1071 §1'), rfc('1624 §3'), adjusted],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  packets: (replies, _flow, stage) => {
    const { ends } = replies;
    const views = [ends.source, stage.vip].flatMap((source) =>
      [ends.sourcePort, SERVICE_PORT].map((sourcePort) => ({ ...ends, source, sourcePort })),
    );
    return views.flatMap((view) => SUMS.flatMap((wanted) => packetsWithChecksum(replies, wanted, view)));
  },
});

/** Where taking one off the TTL, 0x0100 in its word, carries. */
const HEADER_SUMS = [...SUMS, 0x00fe, 0x00ff, 0x0100, 0x0101, 0xfefe, 0xfeff, 0xff00, 0xff01];
const HEADER_CHECKSUM_AT = 10;

/** Packets whose header checksum is as wanted when they reach the director, by choice of their identification. */
function withHeaderChecksums(make: (id: number) => Uint8Array, arrived: (packet: Uint8Array) => Uint8Array) {
  const checksum = get16(arrived(make(0)), HEADER_CHECKSUM_AT);
  return HEADER_SUMS.map((wanted) => make(onesSum(checksum, 0xffff - wanted)));
}

const header = requestCase({
  name: 'request/header-checksum',
  title: 'The header checksum follows the TTL',
  requirement:
    'Each hop changes the TTL and with it the IP header’s checksum, by the difference or anew: right in both cases, whatever carries.',
  sources: [rfc('791 §3.1'), rfc('1141'), rfc('1624 §3')],
  modes: ALL_MODES,
  packets: (flow) => [
    ...withHeaderChecksums(
      (id) => flow.datagram({ id }),
      (packet) => flow.arrived(packet),
    ),
    ...withHeaderChecksums(
      (id) => flow.segment({ id, ttl: 2 }),
      (packet) => flow.arrived(packet),
    ),
  ],
});

const replyHeader = replyCase({
  name: 'reply/header-checksum',
  title: 'A reply’s header checksum follows its TTL and source',
  requirement:
    'A reply’s IP header leaves with another TTL and another source, and with the checksum of both.',
  sources: [rfc('791 §3.1'), rfc('1624 §3')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  packets: (replies) => [
    ...withHeaderChecksums(
      (id) => replies.datagram({ id }),
      (packet) => packet,
    ),
    ...withHeaderChecksums(
      (id) => replies.segment({ id, ttl: 2 }),
      (packet) => packet,
    ),
  ],
});

export const requestChecksums: readonly PacketCase[] = [header, arrivesFfff, becomesFfff, carries];

export const replyChecksums: readonly PacketCase[] = [replyHeader, replyBecomesFfff, replyCarries];
