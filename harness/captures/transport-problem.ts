/** Checksums of TCP, UDP and ICMP, computed anew from every byte. */
import { pseudoHeaderSum, transportChecksum } from '../../director/wire/checksum.ts';
import { icmpChecksumIsRight } from '../../director/wire/icmp.ts';
import { PROTOCOL } from '../../director/wire/ipv4.ts';
import { TCP_CHECKSUM, TCP_MIN_HEADER_BYTES, tcpChecksum } from '../../director/wire/tcp.ts';
import { UDP_CHECKSUM, UDP_HEADER_BYTES, udpChecksum } from '../../director/wire/udp.ts';

/** Source and destination port. */
export const PORT_BYTES = 4;

export interface TransportBytes {
  readonly bytes: Uint8Array;
  readonly l4: number;
  readonly l4Bytes: number;
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
}

export function transportProblem(packet: TransportBytes): string | undefined {
  const { bytes, l4, l4Bytes, protocol, source, destination } = packet;
  if (protocol === PROTOCOL.icmp) {
    return icmpChecksumIsRight(bytes, l4, l4Bytes) ? undefined : 'ICMP checksum is wrong';
  }
  if (protocol === PROTOCOL.tcp && l4Bytes >= TCP_MIN_HEADER_BYTES) {
    const right = expected(TCP_CHECKSUM);
    const seen = tcpChecksum(bytes, l4);
    // 0 has two forms in one's complement; senders write either.
    const isZero = (value: number) => value === 0 || value === 0xffff;
    if (right === seen || (isZero(right) && isZero(seen))) return undefined;
    return `TCP checksum is ${hex(seen)}, should be ${hex(right)}`;
  }
  if (protocol === PROTOCOL.udp && l4Bytes >= UDP_HEADER_BYTES) {
    const seen = udpChecksum(bytes, l4);
    const right = expected(UDP_CHECKSUM) || 0xffff;
    return seen === 0 || right === seen ? undefined : `UDP checksum is ${hex(seen)}, should be ${hex(right)}`;
  }
  return undefined;

  function expected(checksumAt: number): number {
    const pseudoHeader = pseudoHeaderSum(source, destination, protocol, l4Bytes);
    return transportChecksum(bytes, l4, l4Bytes, l4 + checksumAt, pseudoHeader);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
