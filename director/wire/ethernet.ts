/** Ethernet II frames (IEEE 802.3). */
import { readU16, writeU16 } from './bytes.ts';

export const ETHERNET_HEADER_BYTES = 14;

export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

const DESTINATION = 0;
const SOURCE = 6;
const TYPE = 12;

export function etherType(bytes: Uint8Array, frame: number): number {
  return readU16(bytes, frame + TYPE);
}

/** True if the frame is addressed to this station. */
export function isAddressedTo(bytes: Uint8Array, frame: number, station: Uint8Array): boolean {
  for (let i = 0; i < 6; i++) if (bytes[frame + DESTINATION + i] !== station[i]) return false;
  return true;
}

/** Offset of the sender's address within the frame. */
export function sourceMacAt(frame: number): number {
  return frame + SOURCE;
}

/** Offset of the destination's address within the frame. */
export function destinationMacAt(frame: number): number {
  return frame + DESTINATION;
}

export function writeEthernet(
  bytes: Uint8Array,
  frame: number,
  destination: Uint8Array,
  source: Uint8Array,
  type: number,
): void {
  for (let i = 0; i < 6; i++) {
    bytes[frame + DESTINATION + i] = destination[i] as number;
    bytes[frame + SOURCE + i] = source[i] as number;
  }
  writeU16(bytes, frame + TYPE, type);
}
