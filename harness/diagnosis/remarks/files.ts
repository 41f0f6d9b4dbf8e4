/** What the files themselves did not show. */
import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import { counted } from '../../../statistics/number-text.ts';

export function fileRemarks({ file, packets, endsEarly }: OpenedCapture): string[] {
  const snapped = packets.filter(({ seen }) => seen?.isSnapped);
  const vlans = [...new Set(packets.flatMap(({ seen }) => seen?.vlans ?? []))].sort((a, b) => a - b);
  const broken = packets.filter(({ ipProblem }) => ipProblem !== undefined);
  return [
    endsEarly
      ? `The file ends within packet ${packets.length + 1}: it was cut off, and what came after was lost.`
      : '',
    snapped.length > 0
      ? `${counted(snapped.length, 'packet')} of ${packets.length} hold their beginning only: checksums were not judged. Capture with -s 0.`
      : '',
    vlans.length > 0 ? `Frames carry VLAN tags (${vlans.join(', ')}), which were looked through.` : '',
    broken.length > 0
      ? `${counted(broken.length, 'packet')} could not be read as IPv4, the first in frame ${broken[0]?.frame}: ${broken[0]?.ipProblem}.`
      : '',
  ]
    .filter((text) => text !== '')
    .map((text) => `${file}: ${text}`);
}
