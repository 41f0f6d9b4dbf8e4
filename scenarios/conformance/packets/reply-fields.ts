/** NAT’s replies, field by field: the server’s address and port are replaced by the service’s, and nothing else is. */

import { ACK, RST, SYN } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import {
  FORTY_BYTES,
  IDENTIFICATIONS,
  NO_OPERATION,
  ROUTER_ALERT,
  TOS_VALUES,
  TTLS,
  UNKNOWN_OPTION,
} from '../../kit/sending/ip-values.ts';
import { PAYLOADS, TCP_HEADERS } from '../../kit/sending/transport-values.ts';
import { replyCase } from './forwarding-case.ts';

/** Where the director has replies to rewrite. */
const modes = modesWhere(({ repliesPassDirector }) => repliesPassDirector);
const nat = (what: string) => kernel(`NAT: ${what}, §5.1, §5.2`);

const ports = replyCase({
  modes,
  name: 'reply/ports',
  title: 'The reply comes from the port that was asked',
  requirement:
    'A reply RIP:9001 → CIP leaves the director as VIP:8000 → CIP, for TCP and for UDP: the client must not notice that there is another address, or another port, behind the service.',
  sources: [article('nat-reply'), nat('source port')],
  packets: (replies) => [
    replies.segment({}, { flags: SYN | ACK, payload: new Uint8Array(0) }),
    ...replies.both({}),
  ],
});

const ttl = replyCase({
  modes,
  name: 'reply/ttl',
  title: 'Forwarding a reply costs one hop',
  requirement:
    'The director routes replies like any router: exactly one less in the TTL of each, and 2 is still enough to reach the client.',
  sources: [rfc('791 §3.1'), rfc('1812 §5.3.1'), nat('TTL of a reply')],
  packets: (replies) => TTLS.flatMap((value) => replies.both({ ttl: value })),
});

const identification = replyCase({
  modes,
  name: 'reply/identification',
  title: 'A reply keeps its identification',
  requirement: 'The IP identification of a reply is the server’s and stays so, with DF and without.',
  sources: [rfc('6864 §4'), nat('ID')],
  packets: (replies) =>
    IDENTIFICATIONS.flatMap((id) => [...replies.both({ id }), ...replies.both({ id, dontFragment: true })]),
});

const tos = replyCase({
  modes,
  name: 'reply/tos',
  title: 'A reply keeps its type of service',
  requirement: 'DSCP and congestion bits of a reply reach the client as the server set them.',
  sources: [rfc('2474 §3'), rfc('3168 §5'), nat('TOS')],
  packets: (replies) => TOS_VALUES.flatMap((value) => replies.both({ tos: value })),
});

const dontFragment = replyCase({
  modes,
  name: 'reply/dont-fragment',
  title: 'A reply keeps its DF bit',
  requirement:
    'DF of a reply is the server’s to set; without it the client’s side may cut the packet, with it it may not.',
  sources: [rfc('791 §3.1'), nat('DF')],
  packets: (replies) => [true, false, true].flatMap((value) => replies.both({ dontFragment: value })),
});

const ipOptions = replyCase({
  modes,
  name: 'reply/ip-options',
  title: 'IP options reach the client',
  requirement:
    'A reply with IP options is recognised by the ports behind them, and the options go on to the client as they came.',
  sources: [rfc('791 §3.1'), rfc('1812 §5.3.13.1'), nat('IP options')],
  packets: (replies) =>
    [NO_OPERATION, ROUTER_ALERT, UNKNOWN_OPTION, FORTY_BYTES].flatMap((options) => replies.both({ options })),
});

const nextHop = replyCase({
  modes,
  name: 'reply/next-hop',
  title: 'The reply’s frame goes from the director to the client',
  requirement:
    'A reply leaves on the clients’ side in a new frame: from the MAC address of the director’s interface there to that of the client or its router.',
  sources: [article('nat-reply'), rfc('826')],
  packets: (replies) => [1, 2, 3].flatMap((id) => replies.both({ id })),
});

const tcpHeader = replyCase({
  modes,
  name: 'reply/tcp-header',
  title: 'The server’s TCP header stays its own',
  requirement:
    'Sequence and acknowledgement numbers, flags, window, urgent pointer and options of a reply reach the client as the server wrote them.',
  sources: [rfc('9293 §3.1'), nat('seq/ack and options are kept')],
  packets: (replies) => TCP_HEADERS.map((tcp) => replies.segment({}, tcp)),
});

const reset = replyCase({
  modes,
  name: 'reply/refused',
  title: 'A server that refuses does so in the VIP’s name',
  requirement:
    'Where no process listens on the server, its RST goes back through the director and tells the client that VIP:8000 refused, not that RIP:9001 did.',
  sources: [article('nat-reply'), rfc('9293 §3.5.2'), kernel('NAT: port closed on the server, §9.1')],
  packets: (replies) => [
    replies.segment(
      { id: 0, dontFragment: true },
      { flags: RST | ACK, sequence: 0, acknowledgement: 1001, window: 0, payload: new Uint8Array(0) },
    ),
  ],
});

const payload = replyCase({
  modes,
  name: 'reply/payload',
  title: 'The server’s data is passed on unchanged',
  requirement:
    'Data of any length, odd and even, none at all, all zeros or all ones, reaches the client as the server sent it, under a right checksum.',
  sources: [rfc('768'), rfc('1071 §2'), nat('payload')],
  packets: (replies) => PAYLOADS.flatMap((bytes) => replies.both({}, bytes)),
});

const withoutChecksum = replyCase({
  modes,
  name: 'reply/udp-without-checksum',
  title: 'A reply, too, is given the checksum it lacks',
  requirement:
    'A UDP reply without a checksum leaves NAT with one, computed over the whole datagram and its new source.',
  sources: [rfc('768'), nat('UDP checksum 0, both directions')],
  packets: (replies) => PAYLOADS.map((bytes) => replies.datagram({}, { checksum: 0, payload: bytes })),
});

const wrongChecksum = replyCase({
  modes,
  name: 'reply/wrong-checksum',
  title: 'A damaged reply is not made to look sound',
  requirement:
    'A wrong TCP or UDP checksum of a reply stays wrong by the same amount, for the client to notice.',
  sources: [rfc('1624 §3'), nat('checksums are adjusted, not verified')],
  packets: (replies) =>
    [1, 2, 3, 0x00ff, 0x1234, 0x8000, 0xabcd, 0xfffe].flatMap((checksum) => [
      replies.segment({}, { checksum }),
      replies.datagram({}, { checksum }),
    ]),
});

export const replyFields: readonly PacketCase[] = [
  ports,
  ttl,
  identification,
  tos,
  dontFragment,
  ipOptions,
  nextHop,
  tcpHeader,
  reset,
  payload,
  withoutChecksum,
  wrongChecksum,
];
