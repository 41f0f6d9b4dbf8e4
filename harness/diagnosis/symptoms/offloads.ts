/**
 * On a link: offloads left on where there is no hardware to finish the work, so that captures show packets that no wire
 * would carry. On a host of its own such packets are as they should be.
 */
import { shellWord } from '../../../director/shown-text.ts';
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import { counted } from '../../../statistics/number-text.ts';
import { hostsOf } from '../site.ts';
import { hasPartialChecksum, isMerged, LARGEST_FRAME_BYTES } from '../view/offloaded.ts';
import { inEveryMode, SHOWN_PACKETS, type Symptom } from './symptom.ts';

export const offloads: Symptom = {
  id: 'offloads-on',
  occursIn: inEveryMode,
  isOfTheNetwork: true,
  isLastResort: false,
  leavesUnanswered: false,
  find: ({ site }) =>
    site.capturedAt === 'host'
      ? []
      : hostsOf(site).flatMap(({ host, captures }) =>
          captures.flatMap(({ interface: port, packets }) => onLink(host, port, packets)),
        ),
};

function onLink(host: string, port: string, packets: readonly DecodedPacket[]) {
  const unfinished = packets.filter(hasPartialChecksum);
  const merged = packets.filter(isMerged);
  if (unfinished.length === 0 && merged.length === 0) return [];
  const what = [
    unfinished.length > 0
      ? `${counted(unfinished.length, 'packet')} whose checksum was left to hardware`
      : '',
    merged.length > 0 ? `${counted(merged.length, 'frame')} of more than ${LARGEST_FRAME_BYTES} bytes` : '',
  ].filter((text) => text !== '');
  return [
    {
      id: 'offloads-on',
      host,
      message: `Offloads are on at ${host} ${port}: its capture shows ${what.join(' and ')}. What a load balancer makes of such packets says nothing about real ones.`,
      cure: [`ethtool -K ${shellWord(port)} rx off tx off sg off tso off gso off gro off`],
      findings: [...unfinished, ...merged]
        .slice(0, SHOWN_PACKETS)
        .map((packet) =>
          findingAbout(
            packet,
            isMerged(packet)
              ? 'No Ethernet carries a frame of this size.'
              : 'The checksum covers the addresses only: the rest was left to hardware.',
          ),
        ),
    },
  ];
}
