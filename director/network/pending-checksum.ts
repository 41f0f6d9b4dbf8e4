/**
 * Transport checksums that a sender left to its network card (TCP and UDP). They stay pending on the way through the
 * director where the kernel completes them when it sends; everything else needs them complete.
 */
import type { Packet } from '../packet.ts';
import { writeU16 } from '../wire/bytes.ts';
import { fold, pseudoHeaderSum, transportChecksum } from '../wire/checksum.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import { setTcpChecksum, TCP_CHECKSUM } from '../wire/tcp.ts';
import { setUdpChecksum, UDP_CHECKSUM } from '../wire/udp.ts';

/** Offset of the checksum within the transport header of a TCP or UDP packet. */
export function transportChecksumOffset(protocol: number): number {
  return protocol === PROTOCOL.tcp ? TCP_CHECKSUM : UDP_CHECKSUM;
}

/** Computes the checksum of a TCP or UDP packet, whatever stands in its place. */
export function completeChecksum(packet: Packet): void {
  const { bytes, l4, l4Bytes, protocol } = packet;
  const checksumAt = l4 + transportChecksumOffset(protocol);
  const pseudoHeader = pseudoHeaderSum(packet);
  const checksum = transportChecksum(bytes, l4, l4Bytes, checksumAt, pseudoHeader);
  if (protocol === PROTOCOL.tcp) setTcpChecksum(bytes, l4, checksum);
  else setUdpChecksum(bytes, l4, checksum);
  packet.checksumPending = false;
}

/** Writes what whoever completes the checksum goes on from: the sum of the pseudo header, not inverted. */
export function writePendingChecksum(packet: Packet): void {
  const { bytes, l4, protocol } = packet;
  writeU16(bytes, l4 + transportChecksumOffset(protocol), fold(pseudoHeaderSum(packet)));
}
