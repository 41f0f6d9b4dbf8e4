/**
 * The MAC address of the director in frames that have none: a capture of all interfaces (Linux cooked) has the sender's
 * MAC address only, and says whether the host received or sent the frame.
 */
import { mac } from '../../../director/index.ts';
import { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { UNKNOWN_MAC } from '../../../lab/captures/files/link-layer.ts';
import type { DecodedCapture } from '../../../lab/captures/read-capture.ts';
import type { GivenPort } from './network-options.ts';

/** Where the director is not seen to send anything. */
const MADE_UP_MAC = '02:00:00:00:00:01';

/** Frames that the director received are to its first port; those that it sent are from there. */
export function withDirectorsMac(capture: DecodedCapture, [first]: readonly GivenPort[]): DecodedCapture {
  const { packets } = capture;
  if (packets.every(({ seen }) => seen?.direction === undefined)) return capture;
  const shown = packets.find(
    ({ seen, sourceMac }) => seen?.direction === 'out' && sourceMac !== UNKNOWN_MAC,
  )?.sourceMac;
  const own = first?.mac ?? mac(shown ?? MADE_UP_MAC);
  return { ...capture, packets: packets.map((packet) => addressed(packet, own)) };
}

function addressed(packet: DecodedPacket, own: GivenPort['mac']): DecodedPacket {
  const { place, frame, time, seen } = packet;
  if (seen?.direction !== 'in' && seen?.direction !== 'out') return packet;
  const bytes = packet.bytes.slice();
  bytes.set(own, seen.direction === 'in' ? 0 : 6);
  return new DecodedPacket(place, frame, time, bytes, seen);
}
