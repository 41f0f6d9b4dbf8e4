/** Generic UDP Encapsulation (draft-ietf-intarea-gue-09, variant 0): data messages that carry an IPv4 packet. */
import { PROTOCOL } from './ipv4.ts';

export const GUE_HEADER_BYTES = 4;

const VARIANT_CONTROL_LENGTH = 0;
const CARRIED_PROTOCOL = 1;
/** Length of the optional fields, in words of four bytes. */
const LENGTH_MASK = 0x1f;

/** Writes a header without optional fields. */
export function writeGue(bytes: Uint8Array, at: number): void {
  bytes[at + VARIANT_CONTROL_LENGTH] = 0;
  bytes[at + CARRIED_PROTOCOL] = PROTOCOL.ipip;
  bytes[at + 2] = 0;
  bytes[at + 3] = 0;
}

/** Length, optional fields included, of a header with `available` bytes; undefined if it carries no IPv4 packet. */
export function gueIpv4HeaderBytes(bytes: Uint8Array, at: number, available: number): number | undefined {
  if (available < GUE_HEADER_BYTES) return undefined;
  const first = bytes[at + VARIANT_CONTROL_LENGTH] as number;
  if ((first & ~LENGTH_MASK) !== 0 || bytes[at + CARRIED_PROTOCOL] !== PROTOCOL.ipip) return undefined;
  return GUE_HEADER_BYTES + ((first & LENGTH_MASK) << 2);
}
