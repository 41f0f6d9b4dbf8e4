/** Fragments that do not make a packet, or one that is too large; of many packets to many servers; of replies. */

import { cut, pattern, TIME_EXCEEDED } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, expectFrames, forwardedRequest, onTheWayTo } from '../../kit/expecting/forwarded.ts';
import { towardsClient } from '../../kit/expecting/next-hop.ts';
import { cutAt, inPieces, LINK_MTU_BYTES } from '../../kit/expecting/pieces.ts';
import { errorAbout, oneHopOn, tooLongError, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService, SERVICE_PORT } from '../../kit/standard-service.ts';
import { fragments, LONG, PIECE } from './fragments.ts';

const tooLarge = packetCase({
  name: 'fragment/dont-fragment-too-large',
  title: 'A reassembled packet with DF has to fit the link',
  requirement:
    'Fragments with DF make a datagram with DF. If that is larger than the link to the server, or the tunnel, the client is told so from the VIP (fragmentation needed) and nothing is sent on.',
  sources: [rfc('1191 §4'), fragments('pieces with DF whose whole exceeds the link')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn()]);
    const packets = [
      flow.datagram({ id: 541, dontFragment: true }, { payload: LONG }),
      flow.segment({ id: 542, dontFragment: true }, { payload: LONG }),
    ];
    await send(
      stage,
      stage.client,
      packets.flatMap((packet) => cut(packet, PIECE, true)),
    );
    return packets.map((packet) => flow.arrived(packet));
  },
  check: (seen, packets) => {
    const rest = LINK_MTU_BYTES - MODES[seen.mode].outerHeaderBytes;
    const errors = packets.map((packet) => tooLongError(packet, seen.vip, rest));
    return outcome(
      packets.length,
      `${counted(packets.length, 'datagram')} of ${seen.fromClients.length - 1} fragments with DF`,
      expectErrors(seen, errors, 'the answer that the datagram is too large'),
      expectNothing(seen.toServers.slice(1), 'A datagram that must not be cut was sent on.'),
    );
  },
});

const contradictory = packetCase({
  name: 'fragment/contradictory',
  title: 'Contradictory fragments make no packet',
  requirement:
    'Fragments that overlap, or that name two ends, are a way of getting something past whoever looks at the first one. The whole datagram is thrown away: no piece of it reaches a server.',
  sources: [rfc('1858 §3'), rfc('3128'), fragments('overlapping pieces')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn()]);
    const [a, b, c] = [561, 562, 563].map((id) => cut(flow.datagram({ id }, { payload: LONG }), PIECE));
    const pieces = [
      // The second piece begins before the first one ends.
      a?.[0],
      ...cutAt(flow.datagram({ id: 561 }, { payload: LONG }), PIECE - 8, 2 * PIECE).slice(1),
      // A second end, before the first one.
      b?.[2],
      ...cutAt(flow.datagram({ id: 562 }, { payload: pattern(2000) }), PIECE).slice(1),
      b?.[0],
      b?.[1],
      // A piece behind the end.
      ...cutAt(flow.datagram({ id: 563 }, { payload: pattern(2000) }), PIECE).slice(1),
      c?.[2],
      c?.[0],
    ];
    await send(stage, stage.client, pieces as Uint8Array[]);
  },
  check: (seen) =>
    outcome(
      seen.fromClients.length - 1,
      `${counted(seen.fromClients.length - 1, 'fragment')}, contradicting each other`,
      expectNothing(seen.toServers.slice(1), 'A datagram of contradictory fragments was forwarded.'),
    ),
});

const incomplete = packetCase({
  name: 'fragment/incomplete',
  title: 'An incomplete datagram is dropped',
  requirement:
    'While a fragment is missing nothing is sent on. After 30 seconds the director gives up, and tells the client from the VIP (reassembly time exceeded), if it has the first fragment to quote.',
  sources: [rfc('791 §3.2'), rfc('792'), rfc('1122 §3.3.2'), fragments('a queue that times out')],
  modes: ALL_MODES,
  virtualTime: true,
  play: async (stage) => {
    await addStandardService(stage);
    const first = new ClientFlow(stage);
    const last = new ClientFlow(stage, { client: 2 });
    const pieces = [first, last].map((flow) => cut(flow.datagram({ id: 551 }, { payload: LONG }), PIECE));
    await send(stage, stage.client, [pieces[0]?.[0] as Uint8Array, pieces[1]?.[2] as Uint8Array]);
    await stage.wait(GIVEN_UP_MS);
    return first.arrived(pieces[0]?.[0] as Uint8Array);
  },
  check: (seen, quoted) =>
    outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'fragment')}, of two datagrams, and ${GIVEN_UP_MS / 1000} s`,
      expectErrors(
        seen,
        [errorAbout(quoted, { source: seen.vip, type: TIME_EXCEEDED, code: 1 })],
        'the answer that a fragment did not come',
      ),
      expectNothing(seen.toServers, 'A fragment was sent on by itself.'),
    ),
});

/** net.ipv4.ipfrag_time is 30 s; the kernel’s timer may be a little late. */
const GIVEN_UP_MS = 32_000;

const FLOWS = 12;

const oneServer = packetCase({
  name: 'fragment/one-server',
  title: 'All fragments of a datagram reach one server',
  requirement:
    'However many servers there are, the fragments of one datagram are never spread over them: each datagram reaches one server, whole.',
  sources: [rfc('791 §3.2'), fragments('reassembled before they are balanced')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage, { servers: [{}, {}, {}] });
    const flows = Array.from({ length: FLOWS }, (_, i) => new ClientFlow(stage, { clientPort: 41_000 + i }));
    const whole = flows.map((flow, i) => flow.datagram({ id: 600 + i }, { payload: pattern(2000, i) }));
    await send(
      stage,
      stage.client,
      whole.flatMap((packet) => cut(packet, PIECE)),
    );
    return flows.map((flow, i) => flow.arrived(whole[i] as Uint8Array));
  },
  check: (seen, datagrams) => {
    const findings = [1, 2, 3].flatMap((server) => {
      // rr begins with the server that was added last.
      const own = datagrams.filter((_, i) => i % 3 === 3 - server);
      const wanted = own.flatMap((whole) => inPieces(forwardedRequest(seen, whole, { server })));
      return expectPackets(onTheWayTo(seen, server), wanted, {
        what: `a piece of rs${server}’s datagrams`,
        ignore: ['IP identification', 'outer IP identification'],
      });
    });
    return outcome(
      datagrams.length,
      `${counted(datagrams.length, 'datagram')} of two fragments each, over three servers`,
      findings,
    );
  },
});

const reply = packetCase({
  name: 'fragment/reply',
  title: 'Every fragment of a reply leaves as the VIP’s',
  requirement:
    'A reply in fragments is put together before it is rewritten, in whatever order they come: each piece that reaches the client comes from the VIP, and the checksum over the whole is right.',
  sources: [article('nat-reply'), rfc('791 §3.2'), fragments('the OUT handler reassembles')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.syn(), flow.datagram()]);
    const replies = new ReplyFlow(stage, flow);
    const packets = [
      replies.datagram({ id: 701 }, { payload: LONG }),
      replies.segment({ id: 702 }, { payload: LONG }),
      replies.datagram({ id: 703 }, { payload: LONG, checksum: 0 }),
    ];
    const [inOrder = [], backwards = [], third = []] = packets.map((packet) => cut(packet, PIECE));
    await send(stage, stage.servers[0], [...inOrder, ...backwards.reverse(), ...third]);
    return packets;
  },
  check: (seen, packets) => {
    const wanted = packets.flatMap((packet) =>
      inPieces(withSource(oneHopOn(packet), { address: seen.vip, port: SERVICE_PORT })),
    );
    return outcome(
      seen.fromServers.length,
      `${counted(seen.fromServers.length, 'fragment')} of ${packets.length} replies`,
      expectPackets(seen.toClients, wanted, { what: 'the reply’s piece on its way to the client' }),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    );
  },
});

export const fragmentLimits: readonly PacketCase[] = [tooLarge, contradictory, incomplete, oneServer, reply];
