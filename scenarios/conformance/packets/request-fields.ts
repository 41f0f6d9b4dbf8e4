/** Requests, field by field: what forwarding changes in a packet, and that it changes nothing else. */

import { ALL_MODES } from '../../../lab/modes.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import {
  END_OF_LIST,
  FORTY_BYTES,
  IDENTIFICATIONS,
  NO_OPERATION,
  ROUTER_ALERT,
  TOS_VALUES,
  TTLS,
  UNKNOWN_OPTION,
} from '../../kit/sending/ip-values.ts';
import { requestCase } from './forwarding-case.ts';

const transmitters = (what: string) => kernel(`transmitters: ${what}, §5.1`);

const ports = requestCase({
  name: 'request/ports',
  title: 'NAT maps the service’s port, DR and TUN cannot',
  requirement:
    'NAT sends a request for VIP:8000 on to RIP:9001 if the rule says so; DR and TUN leave the packet as it is, so the server must listen on the service’s own port.',
  sources: [article('nat-request'), article('dr-packet'), article('tun-unwrap'), article('rewrite')],
  modes: ALL_MODES,
  packets: (flow) => flow.both({}),
});

const ttl = requestCase({
  name: 'request/ttl',
  title: 'Forwarding a request costs one hop',
  requirement:
    'The director is a router on the way: it takes exactly one off the TTL of each request, whatever the TTL was; 2 is still enough.',
  sources: [rfc('791 §3.1'), transmitters('TTL')],
  modes: ALL_MODES,
  packets: (flow) => TTLS.flatMap((value) => flow.both({ ttl: value })),
});

const identification = requestCase({
  name: 'request/identification',
  title: 'A request keeps its identification',
  requirement:
    'The IP identification, which fragments are told apart by, is the sender’s: the director passes it on, with DF and without, 0 and 65535 too.',
  sources: [rfc('6864 §4'), transmitters('ID')],
  modes: ALL_MODES,
  packets: (flow) =>
    IDENTIFICATIONS.flatMap((id) => [...flow.both({ id }), ...flow.both({ id, dontFragment: true })]),
});

const tos = requestCase({
  name: 'request/tos',
  title: 'A request keeps its type of service',
  requirement:
    'DSCP and congestion bits of a request reach the server as the client and the network set them; a mark of congestion is not lost at the director.',
  sources: [rfc('2474 §3'), rfc('3168 §5'), transmitters('TOS')],
  modes: ALL_MODES,
  packets: (flow) => TOS_VALUES.flatMap((value) => flow.both({ tos: value })),
});

const dontFragment = requestCase({
  name: 'request/dont-fragment',
  title: 'A request keeps its DF bit',
  requirement:
    'Whether routers may cut a packet is for its sender to say: DF passes the director set or clear, as it came.',
  sources: [rfc('791 §3.1'), rfc('1191 §3'), transmitters('DF')],
  modes: ALL_MODES,
  packets: (flow) =>
    [true, false, true].flatMap((value) => [
      flow.syn({ dontFragment: value }),
      ...flow.both({ dontFragment: value }),
    ]),
});

const ipOptions = requestCase({
  name: 'request/ip-options',
  title: 'IP options reach the server',
  requirement:
    'IP options that ask nothing of the director are passed on as they came, and the ports behind a longer header are still found.',
  sources: [rfc('791 §3.1'), rfc('1812 §5.3.13.1'), transmitters('IP options')],
  modes: ALL_MODES,
  packets: (flow) =>
    [NO_OPERATION, ROUTER_ALERT, UNKNOWN_OPTION, END_OF_LIST, FORTY_BYTES].flatMap((options) =>
      flow.both({ options }),
    ),
});

const nextHop = requestCase({
  name: 'request/next-hop',
  title: 'The frame goes from the director to the next hop',
  requirement:
    'A forwarded frame carries the director’s MAC address as its source, and as its destination that of the real server, or of the router that leads to it.',
  sources: [article('dr-frame'), article('rewrite'), rfc('826'), kernel('transmitters: neighbour, §5.3')],
  modes: ALL_MODES,
  packets: (flow) => [1, 2, 3].flatMap((id) => flow.both({ id })),
});

export const requestFields: readonly PacketCase[] = [
  ports,
  ttl,
  identification,
  tos,
  dontFragment,
  ipOptions,
  nextHop,
];
