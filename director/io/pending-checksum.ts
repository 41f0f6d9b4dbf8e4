/** Checksums that a sender left to its network card. On a virtual link there is none, so the director completes them. */
import type { Packet } from '../packet.ts';
import { pseudoHeaderSum, transportChecksum } from '../wire/checksum.ts';
import { ETHERNET_HEADER_BYTES, ETHERTYPE, etherType } from '../wire/ethernet.ts';
import { ipIsFragment, ipv4Problem, PROTOCOL } from '../wire/ipv4.ts';
import { setTcpChecksum, TCP_CHECKSUM, TCP_MIN_HEADER_BYTES } from '../wire/tcp.ts';
import { setUdpChecksum, UDP_CHECKSUM, UDP_HEADER_BYTES } from '../wire/udp.ts';

export function completeChecksum(packet: Packet): void {
  const { bytes, frame } = packet;
  const ip = frame + ETHERNET_HEADER_BYTES;
  if (etherType(bytes, frame) !== ETHERTYPE.ipv4) return;
  if (ipv4Problem(bytes, ip, packet.length - ETHERNET_HEADER_BYTES) !== undefined) return;
  if (ipIsFragment(bytes, ip)) return;
  packet.parseIp(ip);
  const { l4, l4Bytes, protocol } = packet;
  const pseudoHeader = pseudoHeaderSum(packet.source, packet.destination, protocol, l4Bytes);
  if (protocol === PROTOCOL.tcp && l4Bytes >= TCP_MIN_HEADER_BYTES) {
    setTcpChecksum(bytes, l4, transportChecksum(bytes, l4, l4Bytes, l4 + TCP_CHECKSUM, pseudoHeader));
  } else if (protocol === PROTOCOL.udp && l4Bytes >= UDP_HEADER_BYTES) {
    setUdpChecksum(bytes, l4, transportChecksum(bytes, l4, l4Bytes, l4 + UDP_CHECKSUM, pseudoHeader));
  }
}
