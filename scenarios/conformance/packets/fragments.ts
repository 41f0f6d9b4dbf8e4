/** Fragments: a request is balanced as a whole, and leaves in pieces again. */

import { cut, pattern, writeHeaderChecksum } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectFrames, forwardedRequest } from '../../kit/expecting/forwarded.ts';
import { towardsServer } from '../../kit/expecting/next-hop.ts';
import { cutAt, expectOneIdEach, inPieces, LINK_MTU_BYTES } from '../../kit/expecting/pieces.ts';
import type { Finding } from '../../kit/finding.ts';
import { type PacketCase, packetCase, type Seen } from '../../kit/packet-case.ts';
import { kernel, rfc, type Source } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService } from '../../kit/standard-service.ts';

export const fragments = (what: string) => kernel(`fragments: ${what}, §1.5, §14`);

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
  readonly sources?: readonly Source[];
  readonly script: (stage: Stage) => Script;
}

/** Every packet becomes whole and is sent on, in pieces as large as its largest one. */
export function fragmentCase({ script, sources = [], ...words }: FragmentCase): PacketCase {
  return packetCase({
    ...words,
    sources: [rfc('791 §3.2'), rfc('1812 §4.2.2.8'), ...sources, fragments('reassembled, then cut again')],
    modes: ALL_MODES,
    play: async (stage) => {
      await addStandardService(stage);
      const flow = new ClientFlow(stage);
      await send(stage, stage.client, [flow.syn()]);
      const { pieces, arrivals } = script(stage);
      await send(stage, stage.client, pieces);
      return [{ whole: flow.arrived(flow.syn()), largestBytes: LINK_MTU_BYTES }, ...arrivals];
    },
    check: (seen, arrivals) =>
      outcome(
        seen.fromClients.length - 1,
        `${counted(seen.fromClients.length - 1, 'fragment')} of ${arrivals.length - 1} packets`,
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
      ignore: MODES[seen.mode].encapsulates ? ['IP identification', 'outer IP identification'] : [],
    }),
    ...(MODES[seen.mode].encapsulates
      ? expectOneIdEach(
          seen.toServers,
          wanted.map(({ length }) => length),
        )
      : []),
    ...expectFrames(seen.toServers, towardsServer(seen, 'rs1'), 'The frame does not lead to rs1.'),
  ];
}

/** Payload of the largest piece that fits Ethernet, and data that takes three of them. */
export const PIECE = 1480;
export const LONG = pattern(3000);

function arrival(flow: ClientFlow, packet: Uint8Array, largestBytes = LINK_MTU_BYTES): Arrival {
  return { whole: flow.arrived(packet), largestBytes };
}

const inOrder = fragmentCase({
  name: 'fragment/request',
  title: 'A fragmented request is balanced as one packet',
  requirement:
    'Only the first fragment has ports, so the director waits for all of them, forwards the datagram as one, and sends it on in pieces again: of their old size, and under NAT with one checksum over the whole.',
  script: (stage) => {
    const flow = new ClientFlow(stage);
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
    const flow = new ClientFlow(stage);
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
    const one = new ClientFlow(stage);
    const other = new ClientFlow(stage, { client: 2 });
    const packets: readonly [ClientFlow, Uint8Array][] = [
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
  title: 'Small fragments stay small',
  requirement:
    'Somebody on the way had a reason to make pieces small: what leaves is cut at the size of the largest piece that came, even if the whole would fit; a first fragment without a whole TCP header is enough.',
  script: (stage) => {
    const flow = new ClientFlow(stage);
    const datagram = flow.datagram({ id: 521 }, { payload: pattern(192) });
    const segment = flow.segment({ id: 522 }, { payload: pattern(124) });
    return {
      pieces: [...cutAt(datagram, 48, 96, 144), ...cutAt(segment, 8)],
      arrivals: [arrival(flow, datagram, HEADER_BYTES + 56), arrival(flow, segment, HEADER_BYTES + 136)],
    };
  },
});

export const HEADER_BYTES = 20;

const dontFragment = fragmentCase({
  name: 'fragment/dont-fragment-kept',
  title: 'Fragments that had DF keep it',
  requirement:
    'A sender may cut a packet itself and forbid others to: the pieces that leave say DF if those that came did.',
  script: (stage) => {
    const flow = new ClientFlow(stage);
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

const duplicates = fragmentCase({
  name: 'fragment/duplicate',
  title: 'A fragment that comes twice counts once',
  requirement:
    'Networks may deliver a packet twice. A fragment that is there already changes nothing, nor does one that was there as two: the datagram is still made once, from many pieces in any order.',
  script: (stage) => {
    const flow = new ClientFlow(stage);
    const packets = [
      flow.datagram({ id: 551 }, { payload: pattern(392) }),
      flow.segment({ id: 552 }, { payload: pattern(372) }),
    ];
    // What came in two pieces comes again in one.
    const cutAnew = flow.datagram({ id: 553 }, { payload: pattern(392) });
    const [first, second, ...rest] = cutAt(cutAnew, 80, 160, 240, 320) as [Uint8Array, Uint8Array];
    const [both] = cutAt(cutAnew, 160) as [Uint8Array];
    return {
      pieces: [
        ...packets.flatMap((packet) => {
          const pieces = cutAt(packet, 80, 160, 240, 320, 360);
          return [2, 0, 0, 5, 2, 3, 5, 1, 4].map((i) => pieces[i] as Uint8Array);
        }),
        ...[first, second, both, ...rest],
      ],
      arrivals: [...packets, cutAnew].map((packet) => arrival(flow, packet, HEADER_BYTES + 80)),
    };
  },
});

const NOT_CAPABLE = 0;
const CAPABLE = 2;
const CONGESTED = 3;

const congestion = fragmentCase({
  name: 'fragment/congestion',
  title: 'Congestion seen by one fragment marks the whole packet',
  requirement:
    'If a router marked one fragment of a packet as having seen congestion, the packet that the pieces make is marked so; pieces that contradict each other, marked and not capable of marks, make no packet.',
  sources: [rfc('3168 §5.3')],
  script: (stage) => {
    const flow = new ClientFlow(stage);
    const marks = [
      { id: 541, pieces: [CAPABLE, CONGESTED, CAPABLE], whole: CONGESTED },
      { id: 542, pieces: [CONGESTED, CAPABLE, CAPABLE], whole: CONGESTED },
      { id: 543, pieces: [NOT_CAPABLE, CONGESTED, NOT_CAPABLE], whole: undefined },
      { id: 544, pieces: [CAPABLE, CAPABLE, CAPABLE], whole: CAPABLE },
    ].map((one) => ({ ...one, packet: flow.datagram({ id: one.id, tos: 0xb8 }, { payload: LONG }) }));
    return {
      pieces: marks.flatMap(({ packet, pieces }) =>
        cut(packet, PIECE).map((piece, i) => withMark(piece, pieces[i] as number)),
      ),
      arrivals: marks.flatMap(({ packet, whole }) =>
        whole === undefined ? [] : [arrival(flow, withMark(packet, whole))],
      ),
    };
  },
});

function withMark(packet: Uint8Array, mark: number): Uint8Array {
  const marked = packet.slice();
  marked[1] = ((packet[1] as number) & 0xfc) | mark;
  writeHeaderChecksum(marked);
  return marked;
}

export const fragmentCases: readonly PacketCase[] = [
  inOrder,
  anyOrder,
  interleaved,
  small,
  dontFragment,
  duplicates,
  congestion,
];
