/** Packets as they are before or behind the work of a network card. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { TCP, UDP } from '../../../lab/frames/index.ts';

/** Of an Ethernet link with the usual MTU. */
export const LARGEST_FRAME_BYTES = 1514;
const CHECKSUM_AT: Readonly<Record<number, number>> = { [TCP]: 16, [UDP]: 6 };

export function isMerged({ bytes }: DecodedPacket): boolean {
  return bytes.length > LARGEST_FRAME_BYTES;
}

/** What Linux puts into the field for hardware to complete: the folded sum of the pseudo header. */
export function hasPartialChecksum({ payload: said, seen }: DecodedPacket): boolean {
  if (said === undefined || !said.hasPorts || seen?.isSnapped === true) return false;
  const at = CHECKSUM_AT[said.protocol];
  if (at === undefined || said.l4Bytes < at + 2) return false;
  const { bytes, l4, source, destination, protocol, l4Bytes } = said;
  let sum = protocol + l4Bytes;
  for (const address of [source, destination]) sum += (address >>> 16) + (address & 0xffff);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  const field = ((bytes[l4 + at] as number) << 8) | (bytes[l4 + at + 1] as number);
  return field === sum && said.transportProblem !== undefined;
}
