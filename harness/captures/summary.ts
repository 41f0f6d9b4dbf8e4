/** One line of what a packet is, much as tcpdump puts it. */
import { formatIpv4 } from '../../director/wire/addresses.ts';
import { icmpCode, icmpType } from '../../director/wire/icmp.ts';
import { PROTOCOL, protocolName } from '../../director/wire/ipv4.ts';
import { formatTcpFlags } from '../../director/wire/tcp.ts';
import { type DecodedPacket, formatEndpoint } from './decoded-packet.ts';
import { IpLayer } from './ip-layer.ts';

export function summaryOf(packet: DecodedPacket): string {
  const { arp, ip, inner } = packet;
  if (arp !== undefined) {
    return arp.isReply
      ? `ARP reply: ${formatIpv4(arp.senderIp)} is at ${packet.sourceMac}`
      : `ARP request: who has ${formatIpv4(arp.targetIp)}, tell ${formatIpv4(arp.senderIp)}`;
  }
  if (ip === undefined) return packet.ipProblem ?? `${packet.bytes.length} bytes, not IPv4`;
  if (inner === undefined) return ipSummary(ip);
  return `IPIP ${formatIpv4(ip.source)} > ${formatIpv4(ip.destination)}: ${ipSummary(inner)}`;
}

/** The same of an IPv4 packet by itself. */
export function summaryOfIp(bytes: Uint8Array): string {
  const ip = IpLayer.at(bytes, 0);
  return typeof ip === 'string' ? ip : ipSummary(ip);
}

function ipSummary(ip: IpLayer): string {
  const ends = `${formatEndpoint(ip.source, ip.sourcePort)} > ${formatEndpoint(ip.destination, ip.destinationPort)}`;
  if (ip.isTcp) return `TCP ${ends} [${formatTcpFlags(ip.tcpFlags)}] ${ip.tcpPayloadBytes} bytes`;
  if (ip.protocol === PROTOCOL.icmp) {
    return `ICMP ${ends} type ${icmpType(ip.bytes, ip.l4)} code ${icmpCode(ip.bytes, ip.l4)}`;
  }
  return `${protocolName(ip.protocol).toUpperCase()} ${ends} ${ip.l4Bytes} bytes`;
}
