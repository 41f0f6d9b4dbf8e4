/** What was cut and what was not, one after the other. */

import { pattern } from '../../../lab/frames/index.ts';
import { counted } from '../../../statistics/number-text.ts';
import { inPieces, LINK_MTU_BYTES } from '../../kit/expecting/pieces.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { fragmentCase } from './fragments.ts';

/** Of the largest piece; the first is what comes whole. Each follows each of them, itself included. */
const SIZES = [LINK_MTU_BYTES, 300, 700];
const ORDER = [0, 0, 1, 1, 2, 2, 0, 2, 1, 0];
const DATA = pattern(1200);

export const fragmentsApart: readonly PacketCase[] = [
  fragmentCase({
    name: 'fragment/apart',
    title: 'A packet’s pieces say nothing of the next packet',
    requirement: `Each datagram leaves in pieces as large as it came in, and one that came whole leaves whole, whatever came before it: ${counted(ORDER.length, 'datagram')} in which each size follows each other one.`,
    script: (stage) => {
      const flow = new ClientFlow(stage);
      const packets = ORDER.map((size, i) => {
        const packet =
          i % 3 === 0
            ? flow.segment({ id: 700 + i }, { payload: DATA })
            : flow.datagram({ id: 700 + i }, { payload: DATA });
        return { packet, pieces: inPieces(packet, SIZES[size]) };
      });
      return {
        pieces: packets.flatMap(({ pieces }) => pieces),
        arrivals: packets.map(({ packet, pieces }) => ({
          whole: flow.arrived(packet),
          largestBytes:
            pieces.length === 1 ? LINK_MTU_BYTES : Math.max(...pieces.map(({ length }) => length)),
        })),
      };
    },
  }),
];
