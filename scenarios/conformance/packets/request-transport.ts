/** Requests above IP: TCP header, data, and checksums that are missing or wrong. */

import { ALL_MODES } from '../../../lab/modes.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { PAYLOADS, TCP_HEADERS } from '../../kit/sending/transport-values.ts';
import { requestCase } from './forwarding-case.ts';

const tcpHeader = requestCase({
  name: 'request/tcp-header',
  title: 'The TCP header keeps what the two ends put into it',
  requirement:
    'Sequence and acknowledgement numbers, flags, window, urgent pointer and options of a segment are not the director’s business: under NAT a port and the checksum change, else nothing.',
  sources: [rfc('9293 §3.1'), kernel('transmitters: seq/ack and options are kept, §5.1')],
  modes: ALL_MODES,
  packets: (flow) => TCP_HEADERS.map((tcp) => flow.segment({}, tcp)),
});

const payload = requestCase({
  name: 'request/payload',
  title: 'Data is passed on unchanged',
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

export const requestTransport: readonly PacketCase[] = [tcpHeader, payload, withoutChecksum, wrongChecksum];
