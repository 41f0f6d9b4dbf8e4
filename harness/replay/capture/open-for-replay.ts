/** A capture of somebody's own, brought into the form in which a director can be played it. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { UNKNOWN_MAC } from '../../../lab/captures/files/link-layer.ts';
import { openCapture } from '../../../lab/captures/files/open-capture.ts';
import { CaptureError, type DecodedCapture } from '../../../lab/captures/read-capture.ts';
import { fileRemarks } from '../../diagnosis/remarks/files.ts';
import { withoutDuplicates } from '../../diagnosis/view/duplicates.ts';

export interface CaptureToReplay {
  readonly capture: DecodedCapture;
  /** What was lost or changed in reading it, in sentences. */
  readonly remarks: readonly string[];
}

/**
 * Reads what `openCapture` reads, where its packets are whole and it tells which of them reached the director.
 *
 * @throws CaptureError naming the file and what is wrong with it.
 */
export async function openForReplay(file: string): Promise<CaptureToReplay> {
  const opened = await openCapture('director', file);
  const { packets } = opened;
  const snapped = packets.find(({ seen }) => seen?.isSnapped);
  if (snapped !== undefined) {
    throw new CaptureError(
      `${file}: packet ${snapped.frame} was captured in part only, of ${snapped.seen?.wireBytes} bytes: capture with -s 0`,
      'CAPTURE_TRUNCATED',
    );
  }
  if (packets.length > 0 && packets.every(saysNotWhoseItIs)) {
    throw new CaptureError(
      `${file}: tells neither MAC addresses nor which way packets went, so nothing says which of them reached the ` +
        'director: capture on an Ethernet interface, or with tcpdump -i any',
    );
  }
  // Frames on Ethernet differ by their MAC addresses wherever they pass; only a host's own view shows one twice.
  const isHostsView = packets.some(({ seen }) => seen?.direction !== undefined);
  const { captures, remarks } = isHostsView
    ? withoutDuplicates([opened])
    : { captures: [opened], remarks: [] };
  return { capture: captures[0] ?? opened, remarks: [...remarks, ...fileRemarks(opened)] };
}

function saysNotWhoseItIs({ seen, sourceMac, destinationMac }: DecodedPacket): boolean {
  return seen?.direction === undefined && sourceMac === UNKNOWN_MAC && destinationMac === UNKNOWN_MAC;
}
