/** ICMP errors about the director’s own tunnel packets. */

import {
  FRAGMENTATION_NEEDED,
  ICMP,
  PROTOCOL_UNREACHABLE,
  pattern,
  UNREACHABLE,
  withTtl,
} from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectCount, expectNothing, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, forwardedRequest, isOf, packetIn } from '../../kit/expecting/forwarded.ts';
import {
  errorQuoting,
  HANDLED_ERRORS,
  type IcmpKind,
  OTHER_ERRORS,
} from '../../kit/expecting/icmp-messages.ts';
import { errorAbout, oneHopOn, tooLongError } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, type Requirement, rfc } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { Service } from '../../kit/service.ts';
import { addStandardService, serverEndpoint } from '../../kit/standard-service.ts';
import { packetsOf, TUNNEL_MTU_BYTES } from './mtu.ts';

const about = kernel('ICMP about our own tunnel packets, §5.8');

/** Errors that are told to the client at once; another case is about those that tell an MTU. */
const TOLD = HANDLED_ERRORS.filter(({ rest }) => rest === undefined);

const unreachable = packetCase({
  name: 'icmp/tunnel-error',
  title: 'Errors about a tunnel packet are reported to the client',
  requirement:
    'A server that takes off no outer header, or a router on the way to it, complains to the director, which sent the tunnel packet. The client is told the same from the VIP, about its own packet: it knows nothing of a tunnel.',
  sources: [rfc('2003 §4'), kernel('no ipip on the server: protocol unreachable, §9.3'), about],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  play: async (stage) => {
    await addStandardService(stage);
    const told = await Promise.all(
      TOLD.map(async (kind, i) => {
        // ICMP errors to one client are limited, so each goes to another.
        const flow = new ClientFlow(stage, { client: 1 + i });
        const request =
          i % 2 === 0 ? flow.syn({ dontFragment: true }) : flow.datagram({ dontFragment: true });
        return { kind, request, arrived: flow.arrived(request) };
      }),
    );
    await send(
      stage,
      stage.client,
      told.map(({ request }) => request),
    );
    const ends = { source: serverEndpoint(stage).address, destination: stage.dip };
    await send(
      stage,
      stage.servers[0],
      told.map(({ kind, arrived }) => errorQuoting(ends, kind, forwardedRequest(stage, arrived))),
    );
    return told.map(({ kind, arrived }) => ({ kind, arrived }));
  },
  check: (seen, told) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'error')} about tunnel packets`,
      expectCount(seen.fromServers, told.length, 'errors that reach the director'),
      expectErrors(
        seen,
        told.map(({ kind, arrived }) => errorAbout(oneHopOn(arrived), { source: seen.vip, ...kind })),
        'the error about the client’s own packet',
      ),
      expectNothing(seen.toServers.filter(isOf(ICMP)), 'An error was answered.'),
    ),
});

/** What the outer header takes. */
const OUTER_BYTES = 20;
const TOO_LARGE: IcmpKind = { type: UNREACHABLE, code: FRAGMENTATION_NEEDED, rest: 1300 };

/** @param reported The MTU that a router names, and @param believed the one that the director then goes by. */
function pathMtuCase(
  words: Pick<Requirement, 'name' | 'title' | 'requirement'>,
  reported: number,
  believed: number,
): PacketCase {
  const told = believed - OUTER_BYTES;
  return packetCase({
    ...words,
    sources: [rfc('2003 §5.1'), rfc('1191 §3'), about, kernel('TUN: path MTU, §14')],
    modes: modesWhere(({ encapsulates }) => encapsulates),
    play: async (stage) => {
      await addStandardService(stage);
      const flow = new ClientFlow(stage);
      const first = flow.syn({ dontFragment: true });
      await send(stage, stage.client, [first]);
      const quoted = forwardedRequest(stage, flow.arrived(first));
      const ends = { source: '192.0.2.33', destination: stage.dip };
      await send(stage, stage.servers[0], [errorQuoting(ends, { ...TOO_LARGE, rest: reported }, quoted)]);
      const fitting = packetsOf(flow, told, { dontFragment: true });
      const tooLong = packetsOf(flow, told + 1, { dontFragment: true });
      await send(stage, stage.client, [...fitting, ...tooLong]);
      return {
        fitting: 1 + fitting.length,
        answered: [first, ...tooLong].map((packet) => flow.arrived(packet)),
      };
    },
    check: (seen, { fitting, answered }) =>
      outcome(
        answered.length,
        `${counted(answered.length, 'packet')} answered, ${seen.toServers.length} sent into the tunnel`,
        expectCount(seen.toServers, fitting, 'tunnel packets'),
        expectErrors(
          seen,
          answered.map((packet, i) => tooLongError(packet, seen.vip, i === 0 ? TUNNEL_MTU_BYTES : told)),
          'the answer that the packet is too long',
        ),
      ),
  });
}

const pathMtu = pathMtuCase(
  {
    name: 'icmp/tunnel-fragmentation-needed',
    title: 'The path’s MTU is learned for the tunnel and told to clients',
    requirement:
      'A router that finds a tunnel packet too large tells the director, not the client. The director remembers the path’s MTU and from then on answers packets with DF that do not fit the tunnel with that MTU less the outer header; the error itself reaches the client with the MTU known before.',
  },
  1300,
  1300,
);

/** Where a smaller MTU is reported than this, this is believed (net.ipv4.route.min_pmtu). */
const LEAST_MTU_BYTES = 552;

/** Stands at the end of the catalogue. */
export const leastPathMtu = pathMtuCase(
  {
    name: 'icmp/tunnel-least-mtu',
    title: 'Nobody can talk the director into tiny packets',
    requirement:
      'Of a path MTU below 552 bytes the director believes no more than 552, so that a forged error cannot make every packet too long.',
  },
  68,
  LEAST_MTU_BYTES,
);

const notTold = packetCase({
  name: 'icmp/tunnel-not-told',
  title: 'Clients are not told of tunnel errors that do not concern them',
  requirement:
    'Redirects and parameter problems about a tunnel packet, errors that quote too little of the packet inside, and “fragmentation needed” about one that may be cut, are not told to the client.',
  sources: [rfc('2003 §4'), about, kernel('TUN: quotes too short are ignored, §14')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const requests = [
      flow.syn({ dontFragment: true }),
      flow.datagram({ dontFragment: true }, { payload: pattern(64) }),
    ];
    const mayBeCut = flow.segment();
    await send(stage, stage.client, [...requests, mayBeCut]);
    const ends = { source: serverEndpoint(stage).address, destination: stage.dip };
    const tunnelPackets = requests.map((request) => forwardedRequest(stage, flow.arrived(request)));
    const errors = [
      ...tunnelPackets.flatMap((packet) => OTHER_ERRORS.map((kind) => errorQuoting(ends, kind, packet))),
      ...tunnelPackets.map((packet) =>
        errorQuoting(ends, { type: UNREACHABLE, code: PROTOCOL_UNREACHABLE }, packet, 28),
      ),
      errorQuoting(ends, { ...TOO_LARGE, rest: 1400 }, forwardedRequest(stage, flow.arrived(mayBeCut))),
    ];
    await send(stage, stage.servers[0], errors);
    return errors.length;
  },
  check: (seen, sent) =>
    outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'message')} about tunnel packets`,
      expectCount(seen.fromServers, sent, 'messages that reach the director'),
      expectNothing(seen.toClients, 'The client was told of something that it cannot help.'),
    ),
});

export const icmpTunnel: readonly PacketCase[] = [unreachable, pathMtu, notTold];

/** Of a client’s packet, as much as a router of old quotes: header and eight bytes. */
const QUOTED_BYTES = 28;
/** Of an ICMP error, IP and its own. */
const HEADER_BYTES = 28;
const DAMAGED = 1;

/** Stands at the end of the catalogue. */
export const quotedInPart = packetCase({
  name: 'icmp/tunnel-error-in-part',
  title: 'Of a tunnel packet that was quoted in part, the client is told that part',
  requirement:
    'Where a router quotes a tunnel packet in part, the client is told the part that is its own packet’s, and nothing that happens to lie behind it; an error with a wrong checksum is not told.',
  sources: [rfc('792'), about],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  virtualTime: true,
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    const { client, servers, dip, vip } = stage;
    const ends = { source: servers[0].address, destination: dip };
    const lengths = [20, 300, 700];
    const told = lengths.map((length, i) => {
      const flow = new Flow({
        ...{ source: stage.clientAddress(1 + i), sourcePort: 30_000 },
        ...{ destination: vip, destinationPort: service.port },
      });
      const request = flow.datagram({ id: 7 + i }, { payload: pattern(length) });
      const tunnelled = forwardedRequest(stage, withTtl(request, 63));
      return { request, tunnelled };
    });
    for (const { request } of told) client.send(request);
    await stage.settle();
    const kind = { type: UNREACHABLE, code: PROTOCOL_UNREACHABLE };
    for (const [i, { tunnelled }] of told.entries()) {
      const quoted = i === 0 ? tunnelled : tunnelled.slice(0, OUTER_BYTES + QUOTED_BYTES);
      const error = errorQuoting(ends, kind, quoted);
      const damaged = error.slice();
      damaged[damaged.length - 1]! ^= DAMAGED;
      servers[0].send(damaged);
      servers[0].send(error);
    }
    await stage.settle();
    return told.map(({ request }, i) => (i === 0 ? request.length : QUOTED_BYTES));
  },
  check: (seen, quotedBytes) => {
    const messages = seen.toClients.filter(isOf(ICMP)).map((packet) => packetIn(packet).length);
    return outcome(
      quotedBytes.length,
      `${counted(quotedBytes.length, 'error')} about tunnel packets, and as many damaged ones`,
      expectValues('They were not told as they should be.', {
        'bytes of each message': [
          quotedBytes.map((bytes) => HEADER_BYTES + bytes).join(' '),
          messages.join(' '),
        ],
      }),
    );
  },
});
