/** The largest datagrams that there are, and how much of what is incomplete is kept. */

import { cut, join, pattern, put16, writeHeaderChecksum } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest, OUTER_ID } from '../../kit/expecting/forwarded.ts';
import { inPieces } from '../../kit/expecting/pieces.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { rfc } from '../../kit/requirement.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { Service } from '../../kit/service.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { fragments } from './fragments.ts';
import { clientsAt } from './neighbour-stations.ts';

const MOST_BYTES = 65_535;
const HEADERS_BYTES = 28;
const PIECE_BYTES = 1480;

const largest = packetCase({
  name: 'fragment/largest',
  title: 'A datagram may have 65,535 bytes, and not one more',
  requirement:
    'The largest datagram that an IP header can tell of is put together and sent on like any other, in a tunnel the largest for which the outer header can. Pieces that would make a larger one are thrown away, and with them what belongs to it.',
  sources: [rfc('791 §3.1'), fragments('datagrams that are too long')],
  modes: ALL_MODES,
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await send(stage, stage.client, [flow.datagram()]);
    const most = MOST_BYTES - MODES[stage.mode].outerHeaderBytes;
    const wholes = [most - 1, most].map((bytes) =>
      flow.datagram({ id: bytes }, { payload: pattern(bytes - HEADERS_BYTES) }),
    );
    const tooLong = cut(
      flow.datagram({ id: 7 }, { payload: pattern(MOST_BYTES - HEADERS_BYTES) }),
      PIECE_BYTES,
    );
    const end = tooLong.pop() as Uint8Array;
    const longer = join(end, pattern(8));
    put16(longer, 2, longer.length);
    writeHeaderChecksum(longer);
    await send(stage, stage.client, [
      ...tooLong,
      longer,
      end,
      ...wholes.flatMap((packet) => cut(packet, PIECE_BYTES)),
    ]);
    return [flow.datagram(), ...wholes].map((packet) => flow.arrived(packet));
  },
  check: (seen, packets) =>
    outcome(
      packets.length,
      `${counted(seen.fromClients.length, 'packet')}, ${counted(packets.length - 1, 'datagram')} in pieces`,
      expectPackets(
        seen.toServers,
        packets.flatMap((packet) => inPieces(forwardedRequest(seen, packet))),
        { what: 'the piece of a datagram', ignore: ['IP identification', ...OUTER_ID] },
      ),
    ),
});

/** More than one address may have waiting, by some; half a megabyte and the cost of keeping each. */
const BEGUN = 320;
/** Of those, the newest: in any case fewer than it may have. */
const NEWEST = 200;
const FIRST_BYTES = 1480;

const flood = packetCase({
  name: 'fragment/flood',
  title: 'Who begins many datagrams and ends none keeps nobody else’s out',
  requirement:
    'Of datagrams that are incomplete no more than half a megabyte of one sender is kept; what is more makes the oldest of them give way, and neither its newest nor anybody else’s.',
  sources: [rfc('8900 §3.7'), fragments('memory')],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  virtualTime: true,
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    await service.meetServers();
    /** The first piece of a datagram of one of two clients, and the rest. */
    const piecesOf = (n: number, client: number) => {
      const ends = service.client(n, client);
      const flow = new ClientFlow(stage, { client, clientPort: ends.port, servicePort: service.port });
      const [first, rest] = cut(
        flow.datagram({ id: 1 + n }, { payload: pattern(FIRST_BYTES + 8) }),
        FIRST_BYTES,
      ) as [Uint8Array, Uint8Array];
      return { first, rest };
    };
    const other = piecesOf(BEGUN, 2);
    const many = Array.from({ length: BEGUN }, (_, n) => piecesOf(n, 1));
    const newest = many.slice(-NEWEST);
    await send(stage, stage.client, [other.first, ...many.map(({ first }) => first)]);
    await send(stage, stage.client, [other.rest, ...newest.map(({ rest }) => rest)]);
    // By now there is room again for the rest of the oldest, but its beginning is gone.
    await send(stage, stage.client, [(many[0] as { rest: Uint8Array }).rest]);
  },
  check: (seen) => {
    const first = new Set(clientsAt(seen, 'rs1').split(' '));
    const wanted = [BEGUN, ...Array.from({ length: NEWEST }, (_, i) => BEGUN - NEWEST + i)].map(String);
    return outcome(
      seen.fromClients.length,
      `${counted(BEGUN, 'datagram')} begun by one client, one by another`,
      expectValues('Other datagrams were kept than should have been.', {
        'newest ones and the other client’s, lost': [0, wanted.filter((name) => !first.has(name)).length],
        'the oldest, whole': ['no', first.has('0') ? 'yes' : 'no'],
      }),
    );
  },
});

/** More datagrams of that size than there is room for, of clients that each may have so many. */
const CLIENTS = 10;
const OF_EACH = 260;

const floodOfMany = packetCase({
  name: 'fragment/flood-of-many',
  title: 'Where all memory for pieces is used up, the oldest datagrams give way',
  requirement:
    'All datagrams that are incomplete have 4 megabytes. What many senders begin beyond that makes the oldest give way, whoever sent it, and the newest become whole.',
  sources: [rfc('8900 §3.7'), fragments('memory')],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  virtualTime: true,
  atScale: true,
  play: async (stage) => {
    const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
    await service.meetServers();
    const firsts: Uint8Array[] = [];
    const rests: Uint8Array[] = [];
    for (let n = 0; n < CLIENTS * OF_EACH; n++) {
      const client = 1 + Math.floor(n / OF_EACH);
      const flow = new ClientFlow(stage, { client, clientPort: 20_000 + n, servicePort: service.port });
      const [first, rest] = cut(
        flow.datagram({ id: 1 + n }, { payload: pattern(FIRST_BYTES + 8) }),
        FIRST_BYTES,
      ) as [Uint8Array, Uint8Array];
      firsts.push(first);
      rests.push(rest);
    }
    await send(stage, stage.client, firsts);
    await send(stage, stage.client, rests.slice(-OF_EACH));
    await send(stage, stage.client, rests.slice(0, 1));
  },
  check: (seen) => {
    const first = new Set(clientsAt(seen, 'rs1').split(' '));
    const newest = Array.from({ length: OF_EACH }, (_, i) => String((CLIENTS - 1) * OF_EACH + i));
    return outcome(
      seen.fromClients.length,
      `${counted(CLIENTS * OF_EACH, 'datagram')} begun by ${CLIENTS} clients`,
      expectValues('Other datagrams were kept than should have been.', {
        'newest ones, lost': [0, newest.filter((name) => !first.has(name)).length],
        'the oldest, whole': ['no', first.has('0') ? 'yes' : 'no'],
      }),
    );
  },
});

export const largestDatagrams: readonly PacketCase[] = [largest, flood, floodOfMany];
