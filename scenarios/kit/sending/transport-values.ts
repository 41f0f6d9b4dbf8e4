/** TCP headers and data of all kinds, for requests and replies alike. */
import { ACK, FIN, get16, headerBytesOf, PSH, pattern, RST } from '../../../lab/frames/index.ts';
import { onesSum } from '../expecting/rewritten-packet.ts';
import type { TcpPart } from './flow.ts';

const URG = 32;
const ECE = 64;
const CWR = 128;

/** Timestamps behind two bytes of padding, as most segments of today carry them (RFC 7323 §3.2). */
const TIMESTAMPS = [1, 1, 8, 10, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0];
/** Two blocks of selective acknowledgement (RFC 2018 §3). */
const SACK = [1, 1, 5, 18, 0, 0, 1, 0, 0, 0, 2, 0, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0xff];
const UNKNOWN = [253, 4, 0xab, 0xcd];
const FORTY_BYTES = Array<number>(40).fill(1);

/** Segments of an open connection. RST is the last one: it closes the connection. */
export const TCP_HEADERS: readonly TcpPart[] = [
  ...[0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff].map((sequence) => ({ sequence })),
  ...[0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff].map((acknowledgement) => ({ acknowledgement })),
  ...[0, 1, 0x8000, 0xffff].map((window) => ({ window })),
  ...[1, 0x7fff, 0xffff].map((urgent) => ({ urgent, flags: ACK | URG })),
  ...[TIMESTAMPS, SACK, UNKNOWN, FORTY_BYTES].map((options) => ({ options })),
  ...[ACK, ACK | PSH, PSH, 0, ACK | ECE, ACK | CWR, ACK | ECE | CWR, ACK | PSH | URG].map((flags) => ({
    flags,
  })),
  { flags: FIN | ACK, payload: pattern(7) },
  { flags: FIN | PSH | URG, urgent: 3 },
  { flags: RST | ACK, payload: new Uint8Array(0) },
];

/** Lengths about which sums go wrong, and data that adds nothing or everything to one. */
export const PAYLOADS: readonly Uint8Array[] = [
  ...[0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 63, 64, 65, 255, 256, 257, 1001, 1002].map((length) =>
    pattern(length),
  ),
  ...[1, 2, 99, 100].flatMap((length) => [new Uint8Array(length), new Uint8Array(length).fill(0xff)]),
];

/**
 * Data with which a packet’s UDP or TCP checksum comes out as wanted. Its first word is chosen: by how much the checksum
 * with 0 there differs from the one wanted.
 *
 * @param wanted 0 to 0xffff, where 0 and 0xffff are the same sum.
 */
export function payloadWithChecksum(
  wanted: number,
  payload: Uint8Array,
  checksumAt: number,
  packetWith: (payload: Uint8Array) => Uint8Array,
): Uint8Array {
  const bytes = payload.slice();
  bytes.fill(0, 0, 2);
  const packet = packetWith(bytes);
  const word = onesSum(get16(packet, headerBytesOf(packet) + checksumAt), 0xffff - wanted);
  bytes.set([word >> 8, word & 255]);
  return bytes;
}

export const UDP_CHECKSUM_AT = 6;
export const TCP_CHECKSUM_AT = 16;

/** Sums about which one’s complement goes wrong: where a carry comes, and where a carry makes another. */
export const SUMS = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[0x7ffe, 0x7fff, 0x8000, 0x8001],
  ...[0xfff6, 0xfff7, 0xfff8, 0xfff9, 0xfffa, 0xfffb, 0xfffc, 0xfffd, 0xfffe],
];
