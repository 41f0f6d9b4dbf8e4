/**
 * NAT (masquerading): the request's destination becomes the real server, the reply's source becomes the service.
 * Checksums of TCP and UDP are updated by the difference (RFC 1624), so that a wrong one stays wrong.
 */
import type { Packet } from '../packet.ts';
import { pseudoHeaderSum, transportChecksum, updated16, updated32 } from '../wire/checksum.ts';
import { PROTOCOL, setIpDestination, setIpSource, writeIpChecksum } from '../wire/ipv4.ts';
import { setDestinationPort, setSourcePort } from '../wire/ports.ts';
import { SCTP_HEADER_BYTES, writeSctpChecksum } from '../wire/sctp.ts';
import { setTcpChecksum, TCP_MIN_HEADER_BYTES, tcpChecksum } from '../wire/tcp.ts';
import { setUdpChecksum, UDP_CHECKSUM, UDP_HEADER_BYTES, udpChecksum } from '../wire/udp.ts';

/** False if the packet is too short for its transport header, so that its checksum could not follow. */
export function canRewrite({ protocol, l4Bytes }: Packet): boolean {
  if (protocol === PROTOCOL.tcp) return l4Bytes >= TCP_MIN_HEADER_BYTES;
  if (protocol === PROTOCOL.udp) return l4Bytes >= UDP_HEADER_BYTES;
  return protocol !== PROTOCOL.sctp || l4Bytes >= SCTP_HEADER_BYTES;
}

/** CIP → VIP becomes CIP → RIP. */
export function rewriteRequest(packet: Packet, serverAddress: number, serverPort: number): void {
  const { bytes, ip, l4 } = packet;
  const fromAddress = packet.destination;
  const fromPort = packet.destinationPort;
  setIpDestination(bytes, ip, serverAddress);
  if (hasPorts(packet)) setDestinationPort(bytes, l4, serverPort);
  packet.destination = serverAddress;
  packet.destinationPort = serverPort;
  updateTransportChecksum(packet, fromAddress, serverAddress, fromPort, serverPort);
  writeIpChecksum(bytes, ip);
}

/** RIP → CIP becomes VIP → CIP. */
export function rewriteReply(packet: Packet, virtualAddress: number, virtualPort: number): void {
  const { bytes, ip, l4 } = packet;
  const fromAddress = packet.source;
  const fromPort = packet.sourcePort;
  setIpSource(bytes, ip, virtualAddress);
  if (hasPorts(packet)) setSourcePort(bytes, l4, virtualPort);
  packet.source = virtualAddress;
  packet.sourcePort = virtualPort;
  updateTransportChecksum(packet, fromAddress, virtualAddress, fromPort, virtualPort);
  writeIpChecksum(bytes, ip);
}

/** AH and ESP carry the number of a key there. */
function hasPorts({ protocol }: Packet): boolean {
  return protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp || protocol === PROTOCOL.sctp;
}

function updateTransportChecksum(
  packet: Packet,
  fromAddress: number,
  toAddress: number,
  fromPort: number,
  toPort: number,
): void {
  const { bytes, l4, l4Bytes } = packet;
  if (packet.protocol === PROTOCOL.tcp) {
    const checksum = updated16(updated32(tcpChecksum(bytes, l4), fromAddress, toAddress), fromPort, toPort);
    setTcpChecksum(bytes, l4, checksum);
  } else if (packet.protocol === PROTOCOL.sctp) {
    // It covers no address, so it stays as it is, right or wrong, where the port stays.
    if (fromPort !== toPort) writeSctpChecksum(bytes, l4, l4Bytes);
  } else if (packet.protocol === PROTOCOL.udp) {
    const before = udpChecksum(bytes, l4);
    if (before !== 0) {
      setUdpChecksum(bytes, l4, updated16(updated32(before, fromAddress, toAddress), fromPort, toPort));
      return;
    }
    // The sender computed none. The kernel computes one here, so that rewritten packets are always covered.
    const checksum = transportChecksum(bytes, l4, l4Bytes, l4 + UDP_CHECKSUM, pseudoHeaderSum(packet));
    setUdpChecksum(bytes, l4, checksum);
  }
}
