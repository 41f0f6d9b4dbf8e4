/** Fragments: a datagram is balanced as a whole, and leaves in pieces again. */
import { expectNothing, expectPackets, outcome } from '../../../harness/packets/expect.ts';
import { type PacketCase, packetCase, type Seen } from '../../../harness/packets/packet-case.ts';
import type { Stage } from '../../../harness/packets/stage.ts';
import { ALL_MODES, article, kernel, rfc } from '../../../harness/requirement.ts';
import { cut, FRAGMENTATION_NEEDED, pattern, TIME_EXCEEDED, UNREACHABLE } from '../../../lab/frames/index.ts';
import type { Finding } from '../../../reports/result.ts';
import { expectErrors, expectFrames, forwardedRequest, onTheWayTo } from './expect-forwarded.ts';
import { Flow, ReplyFlow, send } from './flow.ts';
import { towardsClient, towardsServer } from './next-hop.ts';
import { cutAt, expectOneIdEach, inPieces, LINK_MTU_BYTES } from './pieces.ts';
import { errorAbout, oneHopOn, withSource } from './rewritten-packet.ts';
import { addService, SERVICE_PORT } from './service.ts';

const fragments = (what: string) => kernel(`fragments: ${what}, §1.5, §14`);

/** A packet as the director puts it together, and how long the longest of its pieces was. */
interface Arrival {
  readonly whole: Uint8Array;
  readonly largestBytes: number;
}

interface Script {
  /** All pieces in the order in which they are sent. */
  readonly pieces: readonly Uint8Array[];
  /** The packets that they make, in the order in which they become whole. */
  readonly arrivals: readonly Arrival[];
}

interface FragmentCase {
  readonly name: string;
  readonly title: string;
  readonly requirement: string;
  readonly script: (stage: Stage) => Script;
}

/** Every packet becomes whole and is sent on, in pieces as large as its largest one. */
function fragmentCase({ script, ...words }: FragmentCase): PacketCase {
  return packetCase({
    ...words,
    sources: [rfc('791 §3.2'), rfc('1812 §4.2.2.7'), fragments('reassembled, then cut again')],
    modes: ALL_MODES,
    play: async (stage) => {
      await addService(stage);
      const flow = new Flow(stage);
      await send(stage, stage.client, [flow.syn()]);
      const { pieces, arrivals } = script(stage);
      await send(stage, stage.client, pieces);
      return [{ whole: flow.arrived(flow.syn()), largestBytes: LINK_MTU_BYTES }, ...arrivals];
    },
    check: (seen, arrivals) =>
      outcome(
        seen.fromClients.length - 1,
        `${seen.fromClients.length - 1} fragments of ${arrivals.length - 1} packets`,
        expectPieces(seen, arrivals),
      ),
  });
}

function expectPieces(seen: Seen, arrivals: readonly Arrival[]): Finding[] {
  const wanted = arrivals.map(({ whole, largestBytes }) =>
    inPieces(forwardedRequest(seen, whole), largestBytes),
  );
  return [
    ...expectPackets(seen.toServers, wanted.flat(), {
      what: 'the request’s piece on its way to rs1',
      ignore: seen.mode === 'tun' ? ['IP identification', 'outer IP identification'] : [],
    }),
    ...(seen.mode === 'tun'
      ? expectOneIdEach(
          seen.toServers,
          wanted.map(({ length }) => length),
        )
      : []),
    ...expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
  ];
}

/** Payload of the largest piece that fits Ethernet, and data that takes three of them. */
const PIECE = 1480;
const LONG = pattern(3000);

function arrival(flow: Flow, packet: Uint8Array, largestBytes = LINK_MTU_BYTES): Arrival {
  return { whole: flow.arrived(packet), largestBytes };
}

const inOrder = fragmentCase({
  name: 'fragment/request',
  title: 'A fragmented request is balanced as one packet',
  requirement:
    'Only the first fragment has ports, so the director waits for all of them, forwards the datagram as one, and sends it on in pieces again: of their old size, and under NAT with one checksum over the whole.',
  script: (stage) => {
    const flow = new Flow(stage);
    const packets = [
      flow.datagram({ id: 501 }, { payload: LONG }),
      flow.segment({ id: 502 }, { payload: LONG }),
    ];
    return {
      pieces: packets.flatMap((packet) => cut(packet, PIECE)),
      arrivals: packets.map((packet) => arrival(flow, packet)),
    };
  },
});

const anyOrder = fragmentCase({
  name: 'fragment/any-order',
  title: 'Fragments may come in any order',
  requirement:
    'Fragments that overtake each other make the same datagram as ever: last one first, or the first one last.',
  script: (stage) => {
    const flow = new Flow(stage);
    const backwards = flow.datagram({ id: 511 }, { payload: LONG });
    const firstLast = flow.segment({ id: 512 }, { payload: LONG });
    const [first, ...rest] = cut(firstLast, PIECE);
    return {
      pieces: [...cut(backwards, PIECE).reverse(), ...rest, first as Uint8Array],
      arrivals: [arrival(flow, backwards), arrival(flow, firstLast)],
    };
  },
});

const interleaved = fragmentCase({
  name: 'fragment/interleaved',
  title: 'Fragments of different packets are not mixed up',
  requirement:
    'Fragments belong together by source, destination, protocol and identification, all four: pieces of several datagrams that come in turns each make their own.',
  script: (stage) => {
    const one = new Flow(stage);
    const other = new Flow(stage, { client: 2 });
    const packets: readonly [Flow, Uint8Array][] = [
      [one, one.datagram({ id: 7 }, { payload: pattern(2000, 1) })],
      [one, one.datagram({ id: 8 }, { payload: pattern(2000, 2) })],
      [other, other.datagram({ id: 7 }, { payload: pattern(2000, 3) })],
      [one, one.segment({ id: 7 }, { payload: pattern(2000, 4) })],
    ];
    const cuts = packets.map(([, packet]) => cut(packet, PIECE));
    return {
      pieces: [0, 1].flatMap((turn) => cuts.map((pieces) => pieces[turn] as Uint8Array)),
      arrivals: packets.map(([flow, packet]) => arrival(flow, packet)),
    };
  },
});

const small = fragmentCase({
  name: 'fragment/small',
  title: 'Small pieces stay small',
  requirement:
    'Somebody on the way had a reason to make pieces small: what leaves is cut at the size of the largest piece that came, even if the whole would fit; a first fragment without a whole TCP header is enough.',
  script: (stage) => {
    const flow = new Flow(stage);
    const datagram = flow.datagram({ id: 521 }, { payload: pattern(192) });
    const segment = flow.segment({ id: 522 }, { payload: pattern(124) });
    return {
      pieces: [...cutAt(datagram, 48, 96, 144), ...cutAt(segment, 8)],
      arrivals: [arrival(flow, datagram, HEADER_BYTES + 56), arrival(flow, segment, HEADER_BYTES + 136)],
    };
  },
});

const HEADER_BYTES = 20;

const dontFragment = fragmentCase({
  name: 'fragment/dont-fragment-kept',
  title: 'Pieces that had DF keep it',
  requirement:
    'A sender may cut a packet itself and forbid others to: the pieces that leave say DF if those that came did.',
  script: (stage) => {
    const flow = new Flow(stage);
    const packets = [
      flow.datagram({ id: 531, dontFragment: true }, { payload: pattern(192) }),
      flow.segment({ id: 532, dontFragment: true }, { payload: pattern(180) }),
    ];
    return {
      pieces: packets.flatMap((packet) => cutAt(packet, 56, 112, 168)),
      arrivals: packets.map((packet) => arrival(flow, packet, HEADER_BYTES + 56)),
    };
  },
});

const tooLarge = packetCase({
  name: 'fragment/dont-fragment-too-large',
  title: 'A whole that must not be cut has to fit',
  requirement:
    'Fragments with DF make a datagram with DF. If that is larger than the link to the server, or the tunnel, the client is told so from the VIP (fragmentation needed) and nothing is sent on.',
  sources: [rfc('1191 §4'), fragments('pieces with DF whose whole exceeds the link')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addService(stage);
    const flow = new Flow(stage);
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
    const rest = seen.mode === 'tun' ? LINK_MTU_BYTES - HEADER_BYTES : LINK_MTU_BYTES;
    const errors = packets.map((packet) =>
      errorAbout(oneHopOn(packet), { source: seen.vip, type: UNREACHABLE, code: FRAGMENTATION_NEEDED, rest }),
    );
    return outcome(
      packets.length,
      `${packets.length} datagrams of ${seen.fromClients.length - 1} fragments with DF`,
      expectErrors(seen, errors, 'the answer that the datagram is too large'),
      expectNothing(seen.toServers.slice(1), 'A datagram that must not be cut was sent on.'),
    );
  },
});

const incomplete = packetCase({
  name: 'fragment/incomplete',
  title: 'Half a datagram goes nowhere',
  requirement:
    'While a fragment is missing nothing is sent on. After 30 seconds the director gives up, and tells the client from the VIP (reassembly time exceeded), if it has the first fragment to quote.',
  sources: [rfc('791 §3.2'), rfc('792'), rfc('1122 §3.3.2'), fragments('a queue that times out')],
  modes: ALL_MODES,
  virtualTime: true,
  play: async (stage) => {
    await addService(stage);
    const first = new Flow(stage);
    const last = new Flow(stage, { client: 2 });
    const pieces = [first, last].map((flow) => cut(flow.datagram({ id: 551 }, { payload: LONG }), PIECE));
    await send(stage, stage.client, [pieces[0]?.[0] as Uint8Array, pieces[1]?.[2] as Uint8Array]);
    await stage.wait(GIVEN_UP_MS);
    return first.arrived(pieces[0]?.[0] as Uint8Array);
  },
  check: (seen, quoted) =>
    outcome(
      seen.fromClients.length,
      `${seen.fromClients.length} fragments, of two datagrams, and ${GIVEN_UP_MS / 1000} s`,
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
  title: 'All pieces of a datagram reach one server',
  requirement:
    'However many servers there are, the fragments of one datagram are never spread over them: each datagram reaches one server, whole.',
  sources: [rfc('791 §3.2'), fragments('reassembled before they are balanced')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addService(stage, { servers: [1, 2, 3] });
    const flows = Array.from({ length: FLOWS }, (_, i) => new Flow(stage, { clientPort: 41_000 + i }));
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
      `${datagrams.length} datagrams of two fragments each, over three servers`,
      findings,
    );
  },
});

const reply = packetCase({
  name: 'fragment/reply',
  title: 'A fragmented reply leaves as the VIP’s, every piece of it',
  requirement:
    'A reply in fragments is put together before it is rewritten, in whatever order they come: each piece that reaches the client comes from the VIP, and the checksum over the whole is right.',
  sources: [article('nat-reply'), rfc('791 §3.2'), fragments('the OUT handler reassembles')],
  modes: ['nat'],
  play: async (stage) => {
    await addService(stage);
    const flow = new Flow(stage);
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
      `${seen.fromServers.length} fragments of ${packets.length} replies`,
      expectPackets(seen.toClients, wanted, { what: 'the reply’s piece on its way to the client' }),
      expectFrames(seen.toClients, towardsClient(seen), 'The frame does not lead to the client.'),
    );
  },
});

export const fragmentCases: readonly PacketCase[] = [
  inOrder,
  anyOrder,
  interleaved,
  small,
  dontFragment,
  tooLarge,
  incomplete,
  oneServer,
  reply,
];
