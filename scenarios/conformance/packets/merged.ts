/** Packets that stand for several, as network cards and stacks put them together. */

import { ACK, FIN, PSH, pattern } from '../../../lab/frames/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { forwardedRequest, OUTER_ID } from '../../kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';

const SEGMENT_BYTES = 1000;
/** The one after next is 0. */
const FIRST_ID = 0xfffe;
/** Its checksum alone is left to others. */
const NOT_MERGED = 0;
/** Anything: whoever completes it computes it. */
const UNFINISHED = 0x1234;
/** Congestion window reduced (RFC 3168 §6.1.2). */
const CWR = 0x80;
const SEQUENCE = 0xffff_fff0;
/** Whole segments, one byte more, one byte less, and a single one. */
const LENGTHS = [3000, 3001, 2999, 1000, 1];

const merged = packetCase({
  name: 'request/merged',
  title: 'Merged segments leave as the segments that they are',
  requirement:
    'Where a merged packet must be cut, as it has to wait for the server’s MAC address, or as it goes through a tunnel, each piece is a whole segment: with the next identification and sequence number, its own length and checksum, FIN and PSH on the last one alone and CWR on the first one alone.',
  sources: [rfc('3168 §6.1.2'), kernel('transmitters: merged packets, §5.1')],
  modes: ALL_MODES,
  virtualTime: true,
  play: async (stage) => {
    const { director } = stage;
    await addStandardService(stage);
    const expected: Uint8Array[] = [];
    LENGTHS.forEach((length, i) => {
      const flow = new ClientFlow(stage, { client: i + 1 });
      const payload = pattern(length, i);
      const flags = FIN | PSH | ACK | CWR;
      director.receiveMerged?.(flow.arrived(flow.syn({ id: 1 }, { checksum: UNFINISHED })), NOT_MERGED);
      const wholes = [
        flow.segment({ id: FIRST_ID }, { payload, sequence: SEQUENCE, flags, checksum: UNFINISHED }),
        flow.datagram({ id: FIRST_ID }, { payload, checksum: UNFINISHED }),
      ];
      for (const packet of wholes) director.receiveMerged?.(flow.arrived(packet), SEGMENT_BYTES);
      const starts = Array.from({ length: Math.ceil(length / SEGMENT_BYTES) }, (_, n) => n * SEGMENT_BYTES);
      const part = (at: number) => payload.slice(at, at + SEGMENT_BYTES);
      const idOf = (n: number) => ({ id: (FIRST_ID + n) & 0xffff });
      const onlyFirst = (n: number) => (n === 0 ? 0 : CWR);
      const onlyLast = (n: number) => (n === starts.length - 1 ? 0 : FIN | PSH);
      const pieces = [
        flow.syn({ id: 1 }),
        ...starts.map((at, n) =>
          flow.segment(idOf(n), {
            payload: part(at),
            sequence: (SEQUENCE + at) % 2 ** 32,
            flags: flags & ~onlyFirst(n) & ~onlyLast(n),
          }),
        ),
        ...starts.map((at, n) => flow.datagram(idOf(n), { payload: part(at) })),
      ];
      expected.push(...pieces.map((packet) => flow.arrived(packet)));
    });
    await stage.settle();
    return expected;
  },
  check: (seen, expected) =>
    outcome(
      expected.length,
      `${counted(expected.length, 'segment')} of merged packets`,
      expectPackets(
        seen.toServers,
        expected.map((packet) => forwardedRequest(seen, packet)),
        { what: 'the segment of a merged packet', ignore: OUTER_ID },
      ),
    ),
});

export const mergedPackets: readonly PacketCase[] = [merged];
