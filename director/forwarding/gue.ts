/** What goes between the outer IP header and the packet in a GUE tunnel: a UDP header, and a GUE header. */
import type { Packet } from '../packet.ts';
import { pseudoHeaderSum, transportChecksum } from '../wire/checksum.ts';
import { GUE_HEADER_BYTES, writeGue } from '../wire/gue.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import { setUdpChecksum, UDP_CHECKSUM, UDP_HEADER_BYTES, writeUdp } from '../wire/udp.ts';

export const GUE_TUNNEL_BYTES = UDP_HEADER_BYTES + GUE_HEADER_BYTES;

/** net.ipv4.ip_local_port_range, within which the kernel picks a tunnel's source ports; never the last one. */
const FIRST_SOURCE_PORT = 32_768;
const SOURCE_PORTS = 60_999 - FIRST_SOURCE_PORT;

/** Writes both headers in front of the packet, without a checksum. */
export function writeGueHeaders(packet: Packet, destinationPort: number, flowKey: number): void {
  const { bytes, ip, totalBytes } = packet;
  const udp = ip - GUE_TUNNEL_BYTES;
  writeUdp(bytes, udp, gueSourcePort(packet, flowKey), destinationPort, totalBytes + GUE_TUNNEL_BYTES);
  writeGue(bytes, udp + UDP_HEADER_BYTES);
}

/** Computes the checksum over everything behind the outer IP header, once that says from where to where. */
export function writeGueChecksum({ bytes, l4, l4Bytes, source, destination }: Packet): void {
  const pseudoHeader = pseudoHeaderSum(source, destination, PROTOCOL.udp, l4Bytes);
  setUdpChecksum(bytes, l4, transportChecksum(bytes, l4, l4Bytes, l4 + UDP_CHECKSUM, pseudoHeader));
}

/**
 * One port for all packets of a flow, so that they keep to one path and one queue, and another for most others.
 * @param flowKey Makes it unforeseeable for those who choose their own ports.
 */
export function gueSourcePort(packet: Packet, flowKey: number): number {
  // An ICMP message has its type and checksum where the others have ports.
  const ports = packet.protocol === PROTOCOL.icmp ? 0 : (packet.sourcePort << 16) | packet.destinationPort;
  let hash = Math.imul(packet.source ^ flowKey, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ packet.destination, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13) ^ ports, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 16) ^ packet.protocol, 0x9e3779b1);
  hash ^= hash >>> 15;
  return FIRST_SOURCE_PORT + (((hash >>> 16) * SOURCE_PORTS) >>> 16);
}
