/** Offloads left on where there is no hardware to finish the work: captures show packets that no wire would carry. */

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { TCP, UDP } from '../../../lab/frames/index.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { hostsOf } from '../site.ts';
import { SHOWN_PACKETS, type Symptom } from './symptom.ts';

const LARGEST_FRAME_BYTES = 1514;
const CHECKSUM_AT: Readonly<Record<number, number>> = { [TCP]: 16, [UDP]: 6 };

export const offloads: Symptom = {
  id: 'offloads-on',
  find: (site) =>
    hostsOf(site).flatMap(({ host, captures }) =>
      captures.flatMap(({ interface: port, packets }) => {
        const unfinished = packets.filter(hasPartialChecksum);
        const merged = packets.filter(({ bytes }) => bytes.length > LARGEST_FRAME_BYTES);
        if (unfinished.length === 0 && merged.length === 0) return [];
        const what = [
          unfinished.length > 0
            ? `${counted(unfinished.length, 'packet')} whose checksum was left to hardware`
            : '',
          merged.length > 0
            ? `${counted(merged.length, 'frame')} of more than ${LARGEST_FRAME_BYTES} bytes`
            : '',
        ].filter((text) => text !== '');
        return [
          {
            id: 'offloads-on',
            host,
            message: `Offloads are on at ${host} ${port}: its capture shows ${what.join(' and ')}. What a load balancer makes of such packets says nothing about real ones.`,
            cure: [`ethtool -K ${port} rx off tx off sg off tso off gso off gro off`],
            findings: [...unfinished, ...merged]
              .slice(0, SHOWN_PACKETS)
              .map((packet) =>
                findingAbout(
                  packet,
                  packet.bytes.length > LARGEST_FRAME_BYTES
                    ? 'No Ethernet carries a frame of this size.'
                    : 'The checksum covers the addresses only: the rest was left to hardware.',
                ),
              ),
          },
        ];
      }),
    ),
};

/** What Linux puts into the field for hardware to complete: the folded sum of the pseudo header. */
function hasPartialChecksum({ ip, inner }: DecodedPacket): boolean {
  const said = inner ?? ip;
  if (said === undefined || !said.hasPorts) return false;
  const at = CHECKSUM_AT[said.protocol];
  if (at === undefined || said.l4Bytes < at + 2) return false;
  const { bytes, l4, source, destination, protocol, l4Bytes } = said;
  let sum = protocol + l4Bytes;
  for (const address of [source, destination]) sum += (address >>> 16) + (address & 0xffff);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  const field = ((bytes[l4 + at] as number) << 8) | (bytes[l4 + at + 1] as number);
  return field === sum && said.transportProblem !== undefined;
}
