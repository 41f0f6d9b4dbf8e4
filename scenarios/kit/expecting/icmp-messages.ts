/** ICMP errors as routers and hosts around the director send them, and what NAT makes of what they quote. */
import {
  headerBytesOf,
  type IpFields,
  icmpPacket,
  ipBytes,
  put16,
  readIcmp,
  TIME_EXCEEDED,
  UNREACHABLE,
  writeHeaderChecksum,
} from '../../../lab/frames/index.ts';
import type { Endpoint } from './rewritten-packet.ts';

const SOURCE_QUENCH = 4;
export const REDIRECT = 5;
const PARAMETER_PROBLEM = 12;

export interface IcmpKind {
  readonly type: number;
  readonly code: number;
  /** Last four bytes of the header; 0 unless given. */
  readonly rest?: number;
}

/** Errors that IPVS handles: each code of “unreachable” that is seen in practice, source quench, time exceeded. */
export const HANDLED_ERRORS: readonly IcmpKind[] = [
  ...[0, 1, 2, 3, 9, 10, 13].map((code) => ({ type: UNREACHABLE, code })),
  { type: UNREACHABLE, code: 4, rest: 1300 },
  { type: SOURCE_QUENCH, code: 0 },
  { type: TIME_EXCEEDED, code: 0 },
  { type: TIME_EXCEEDED, code: 1 },
];

/** Errors that it leaves alone, for IPv4. */
export const OTHER_ERRORS: readonly IcmpKind[] = [
  { type: REDIRECT, code: 1, rest: 0x0a01_02fe },
  { type: PARAMETER_PROBLEM, code: 0, rest: 0x1400_0000 },
];

/** An IP header and eight bytes, as the oldest hosts quote; with some data; and as much as there is. */
export const QUOTED_BYTES = [28, 60, 548];

/** @param quotedBytes As much as it quotes of a packet that is long enough. */
export function errorQuoting(
  ip: IpFields,
  kind: IcmpKind,
  quoted: Uint8Array,
  quotedBytes = 548,
): Uint8Array {
  return icmpPacket(ip, { ...kind, body: quoted.subarray(0, quotedBytes) });
}

/**
 * An error with another address and port in what it quotes: those that the quoted packet came from, or went to. The
 * quoted transport checksum stays as it was sent, since there is mostly not enough of the packet to check it with.
 */
export function withQuoted(
  error: Uint8Array,
  end: 'source' | 'destination',
  { address, port }: Endpoint,
): Uint8Array {
  const { ip, type, code, rest, body } = readIcmp(error);
  const quoted = body.slice();
  const l4 = headerBytesOf(quoted);
  quoted.set(ipBytes(address), end === 'source' ? 12 : 16);
  put16(quoted, l4 + (end === 'source' ? 0 : 2), port);
  writeHeaderChecksum(quoted);
  return icmpPacket(ip, { type, code, rest, body: quoted });
}

/** An error with another source or destination in its own header. */
export function readdressedError(
  error: Uint8Array,
  ends: { readonly source?: string; readonly destination?: string },
): Uint8Array {
  const { ip, type, code, rest, body } = readIcmp(error);
  return icmpPacket({ ...ip, ...ends }, { type, code, rest, body });
}
