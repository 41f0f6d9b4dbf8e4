/** Checksums of TCP, UDP, SCTP, ICMP and GRE, computed anew from every byte. */
import {
  GRE,
  get16,
  headerBytesOf,
  ICMP,
  onesSum,
  plainChecksum,
  put16,
  readSctp,
  SCTP,
  TCP,
  UDP,
} from '../frames/index.ts';
import { hexNumber } from './format.ts';

const TCP_CHECKSUM_AT = 16;
const UDP_CHECKSUM_AT = 6;
const GRE_CHECKSUM_PRESENT = 0x8000;

/** What is wrong with an unfragmented IPv4 packet above its header, if anything. */
export function transportProblem(packet: Uint8Array): string | undefined {
  const protocol = packet[9];
  const l4 = packet.subarray(headerBytesOf(packet));
  const checksumAt = checksumOffset(packet);
  if (checksumAt !== undefined) return segmentProblem(packet, l4, checksumAt);
  if (protocol === ICMP) return plainChecksum(l4) === 0 ? undefined : 'ICMP checksum is wrong';
  if (protocol === GRE && l4.length >= 8 && (get16(l4, 0) & GRE_CHECKSUM_PRESENT) !== 0) {
    return plainChecksum(l4) === 0 ? undefined : 'GRE checksum is wrong';
  }
  if (protocol === SCTP && l4.length >= 12) {
    return readSctp(packet).isChecksumRight ? undefined : 'SCTP checksum is wrong';
  }
  return undefined;
}

function segmentProblem(packet: Uint8Array, l4: Uint8Array, checksumAt: number): string | undefined {
  const seen = get16(l4, checksumAt);
  const isUdp = packet[9] === UDP;
  // 0 says that there is none (RFC 768).
  if (isUdp && seen === 0) return undefined;
  const sum = segmentSum(packet, l4);
  if (sum === 0xffff) return undefined;
  const right = complementing(sum, seen) || (isUdp ? 0xffff : 0);
  return `${isUdp ? 'UDP' : 'TCP'} checksum is ${hexNumber(seen, 4)}, should be ${hexNumber(right, 4)}`;
}

/** Makes the TCP or UDP checksum of an IPv4 packet right; other packets are left as they are. */
export function writeTransportChecksum(packet: Uint8Array): void {
  const checksumAt = checksumOffset(packet);
  if (checksumAt === undefined) return;
  const l4 = packet.subarray(headerBytesOf(packet));
  const right = complementing(segmentSum(packet, l4), get16(l4, checksumAt));
  put16(l4, checksumAt, right || (packet[9] === UDP ? 0xffff : 0));
}

/** Where a TCP or UDP checksum stands in its header; undefined where there is none, or no whole header. */
function checksumOffset(packet: Uint8Array): number | undefined {
  const l4Bytes = packet.length - headerBytesOf(packet);
  if (packet[9] === TCP && l4Bytes >= 20) return TCP_CHECKSUM_AT;
  return packet[9] === UDP && l4Bytes >= 8 ? UDP_CHECKSUM_AT : undefined;
}

/** Sum over pseudo header and segment: 0xffff where the checksum is right. */
function segmentSum(packet: Uint8Array, l4: Uint8Array): number {
  // One’s complement arithmetic is arithmetic modulo 0xffff, in which 0 has a second form.
  const protocolAndLength = ((packet[9] as number) + l4.length) % 0xffff;
  return onesSum(l4, onesSum(packet.subarray(12, 20), protocolAndLength));
}

/** What should stand where `seen` does, so that the sum comes out as it should. */
function complementing(sum: number, seen: number): number {
  return (seen - sum + 2 * 0xffff) % 0xffff;
}
