/** ICMP for IPv4 (RFC 792, RFC 1191, RFC 1812 §4.3). */
import { readI32, readU16, write32, writeU16 } from './bytes.ts';
import { fold, internetChecksum, sum } from './checksum.ts';

export const ICMP_HEADER_BYTES = 8;

export const ICMP_TYPE = {
  echoReply: 0,
  unreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echo: 8,
  timeExceeded: 11,
  parameterProblem: 12,
} as const;

/** Codes of type 3. */
export const UNREACHABLE = {
  network: 0,
  host: 1,
  protocol: 2,
  port: 3,
  fragmentationNeeded: 4,
  administrativelyProhibited: 13,
} as const;

const CHECKSUM = 2;
/** Last four bytes of the header, whose meaning depends on the type. */
const REST = 4;
const NEXT_HOP_MTU = 6;

export function icmpType(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

export function icmpCode(bytes: Uint8Array, at: number): number {
  return bytes[at + 1] as number;
}

export function icmpMtu(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + NEXT_HOP_MTU);
}

export function icmpRest(bytes: Uint8Array, at: number): number {
  return readI32(bytes, at + REST);
}

export function icmpChecksumIsRight(bytes: Uint8Array, at: number, length: number): boolean {
  return fold(sum(bytes, at, length)) === 0xffff;
}

export function writeIcmpChecksum(bytes: Uint8Array, at: number, length: number): void {
  writeU16(bytes, at + CHECKSUM, 0);
  writeU16(bytes, at + CHECKSUM, internetChecksum(bytes, at, length));
}

/** Writes the 8 bytes in front of a quoted packet; the checksum is left for `writeIcmpChecksum`. */
export function writeIcmpErrorHeader(
  bytes: Uint8Array,
  at: number,
  type: number,
  code: number,
  rest: number,
): void {
  bytes[at] = type;
  bytes[at + 1] = code;
  writeU16(bytes, at + CHECKSUM, 0);
  write32(bytes, at + REST, rest);
}
