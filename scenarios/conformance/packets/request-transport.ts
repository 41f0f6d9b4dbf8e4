/** Requests above IP: TCP header, data, checksums. */
import type { PacketCase } from '../../../harness/packets/packet-case.ts';
import type { Stage } from '../../../harness/packets/stage.ts';
import { ALL_MODES, kernel, rfc } from '../../../harness/requirement.ts';
import { ACK, PSH, pattern, tcpPacket, udpPacket } from '../../../lab/frames/index.ts';
import type { Flow } from './flow.ts';
import { requestCase } from './forwarding-case.ts';
import { serverEndpoint } from './service.ts';
import {
  PAYLOADS,
  payloadWithSumOfZero,
  TCP_CHECKSUM_AT,
  TCP_HEADERS,
  UDP_CHECKSUM_AT,
} from './transport-variety.ts';

const tcpHeader = requestCase({
  name: 'request/tcp-header',
  title: 'The TCP header is the two ends’ own',
  requirement:
    'Sequence and acknowledgement numbers, flags, window, urgent pointer and options of a segment are not the director’s business: under NAT a port and the checksum change, else nothing.',
  sources: [rfc('9293 §3.1'), kernel('transmitters: seq/ack and options are kept, §5.1')],
  modes: ALL_MODES,
  packets: (flow) => TCP_HEADERS.map((tcp) => flow.segment({}, tcp)),
});

const payload = requestCase({
  name: 'request/payload',
  title: 'Data is not touched',
  requirement:
    'Data of any length, odd and even, none at all, all zeros or all ones, reaches the server as it was sent, under a right checksum.',
  sources: [rfc('768'), rfc('1071 §2'), kernel('transmitters: payload, §5.1')],
  modes: ALL_MODES,
  packets: (flow) => PAYLOADS.flatMap((bytes) => flow.both({}, bytes)),
});

const withoutChecksum = requestCase({
  name: 'request/udp-without-checksum',
  title: 'NAT gives a datagram the checksum it lacks',
  requirement:
    'A UDP datagram may come without a checksum (0). NAT then computes one over the whole datagram with its new addresses; DR and TUN leave the 0.',
  sources: [rfc('768'), kernel('NAT: UDP checksum 0, §5.2')],
  modes: ALL_MODES,
  packets: (flow) => PAYLOADS.map((bytes) => flow.datagram({}, { checksum: 0, payload: bytes })),
});

const wrongChecksum = requestCase({
  name: 'request/wrong-checksum',
  title: 'A damaged packet is not made to look sound',
  requirement:
    'The director does not verify TCP and UDP checksums: a wrong one goes on and stays wrong by the same amount, so that the server finds the damage.',
  sources: [rfc('1624 §3'), kernel('NAT: checksums are adjusted, not verified, §5.2, §14')],
  modes: ALL_MODES,
  packets: (flow) =>
    [1, 2, 3, 0x00ff, 0x1234, 0x8000, 0xabcd, 0xfffe].flatMap((checksum) => [
      flow.segment({}, { checksum }),
      flow.datagram({}, { checksum }),
    ]),
});

/** Data for datagrams of different lengths. */
const LENGTHS = [2, 3, 20, 101];

const checksumFfff = requestCase({
  name: 'request/checksum-ffff',
  title: 'A checksum of 0xffff is a checksum',
  requirement:
    'UDP writes a sum of 0 as 0xffff, since 0 says that there is none. A datagram that comes with 0xffff has a checksum: NAT adjusts it like any other, DR and TUN leave it.',
  sources: [rfc('768'), kernel('NAT: checksums, §5.2')],
  modes: ALL_MODES,
  packets: (flow) =>
    LENGTHS.map((length) =>
      flow.datagram(
        {},
        {
          payload: payloadWithSumOfZero(pattern(length), UDP_CHECKSUM_AT, (bytes) =>
            flow.datagram({}, { payload: bytes }),
          ),
        },
      ),
    ),
});

const checksumBecomesFfff = requestCase({
  name: 'request/checksum-becomes-ffff',
  title: 'NAT never sends a checksum of 0 by accident',
  requirement:
    'Where the checksum of a rewritten datagram comes out as 0 it is written as 0xffff; a TCP checksum of 0 stays 0. Both are right sums, and 0 in UDP would mean that there is none.',
  sources: [rfc('768'), rfc('1624 §3'), kernel('NAT: checksums, §5.2')],
  modes: ['nat'],
  packets: (flow, stage) =>
    LENGTHS.flatMap((length) => {
      const ends = asServerSees(flow, stage);
      const datagram = payloadWithSumOfZero(pattern(length), UDP_CHECKSUM_AT, (bytes) =>
        udpPacket(ends, { ...ends, payload: bytes }),
      );
      const segment = payloadWithSumOfZero(pattern(length), TCP_CHECKSUM_AT, (bytes) =>
        tcpPacket(ends, { ...ends, flags: ACK | PSH, payload: bytes }),
      );
      return [flow.datagram({}, { payload: datagram }), flow.segment({}, { payload: segment })];
    }),
});

function asServerSees(flow: Flow, stage: Stage) {
  const server = serverEndpoint(stage);
  return {
    source: flow.client,
    destination: server.address,
    sourcePort: flow.clientPort,
    destinationPort: server.port,
  };
}

export const requestTransport: readonly PacketCase[] = [
  tcpHeader,
  payload,
  withoutChecksum,
  wrongChecksum,
  checksumFfff,
  checksumBecomesFfff,
];
