/** One line about a packet, much as tcpdump prints it. */
import { ESP, GRE, ICMP, IPIP, SCTP, TCP, UDP } from '../frames/index.ts';
import type { DecodedPacket } from './decoded-packet.ts';
import { formatAddress, formatEndpoint, hexNumber } from './format.ts';
import { IpLayer } from './ip-layer.ts';

export function summaryOf(packet: DecodedPacket): string {
  const { arp, ip, inner } = packet;
  if (arp !== undefined) {
    return arp.isReply
      ? `ARP reply: ${formatAddress(arp.senderIp)} is at ${packet.sourceMac}`
      : `ARP request: who has ${formatAddress(arp.targetIp)}, tell ${formatAddress(arp.senderIp)}`;
  }
  if (ip === undefined) return packet.ipProblem ?? `${packet.bytes.length} bytes, not IPv4`;
  return layersSummary(ip, inner);
}

/** The same of an IPv4 packet by itself. */
export function summaryOfIp(bytes: Uint8Array): string {
  const ip = IpLayer.at(bytes, 0);
  if (typeof ip === 'string') return ip;
  const inner = ip.innerAt === undefined ? undefined : IpLayer.at(bytes, ip.innerAt);
  return layersSummary(ip, typeof inner === 'string' ? undefined : inner);
}

function layersSummary(ip: IpLayer, inner: IpLayer | undefined): string {
  if (inner === undefined) return ipSummary(ip);
  return `${ip.encapsulation} ${endsOf(ip)}: ${ipSummary(inner)}`;
}

function ipSummary(ip: IpLayer): string {
  if (ip.isFragment) return `${nameOf(ip.protocol)} ${endsOf(ip)} ${fragmentText(ip)}`;
  if (ip.isTcp) return `TCP ${endsOf(ip)} [${flagsText(ip.tcpFlags)}] ${ip.tcpPayloadBytes} bytes`;
  if (ip.isIcmp) return `ICMP ${endsOf(ip)} ${icmpText(ip)}`;
  return `${nameOf(ip.protocol)} ${endsOf(ip)} ${ip.l4Bytes} bytes`;
}

function endsOf(ip: IpLayer): string {
  return `${formatEndpoint(ip.source, ip.sourcePort)} > ${formatEndpoint(ip.destination, ip.destinationPort)}`;
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  [ICMP]: 'ICMP',
  [IPIP]: 'IPIP',
  [TCP]: 'TCP',
  [UDP]: 'UDP',
  [GRE]: 'GRE',
  [ESP]: 'ESP',
  51: 'AH',
  [SCTP]: 'SCTP',
};

function nameOf(protocol: number): string {
  return PROTOCOL_NAMES[protocol] ?? `protocol ${protocol}`;
}

/** As tcpdump writes them: `S.` for SYN and ACK. */
function flagsText(flags: number): string {
  const letters = [...'FSRP.UEW'].filter((_, bit) => (flags & (1 << bit)) !== 0);
  return letters.length === 0 ? 'none' : letters.join('');
}

/** For example `fragment 1480-2959, more follow`. */
function fragmentText({ fragmentOffsetBytes, l4Bytes, moreFragments }: IpLayer): string {
  const last = fragmentOffsetBytes + l4Bytes - 1;
  return `fragment ${fragmentOffsetBytes}-${last}${moreFragments ? ', more follow' : ''}`;
}

/** ICMP messages by type, or by type and code. */
const ICMP_NAMES: Readonly<Record<string, string>> = {
  '0': 'echo reply',
  '3 0': 'network unreachable',
  '3 1': 'host unreachable',
  '3 2': 'protocol unreachable',
  '3 3': 'port unreachable',
  '3 4': 'fragmentation needed',
  '3 5': 'source route failed',
  '3 6': 'network unknown',
  '3 7': 'host unknown',
  '3 9': 'network prohibited',
  '3 10': 'host prohibited',
  '3 13': 'communication prohibited',
  '4': 'source quench',
  '5': 'redirect',
  '8': 'echo request',
  '11 0': 'time exceeded in transit',
  '11 1': 'time exceeded in reassembly',
  '12': 'parameter problem',
};

/** For example `fragmentation needed, MTU 1480`. @param ip One that holds an ICMP message. */
function icmpText(ip: IpLayer): string {
  const { icmpType: type = 0, icmpCode: code = 0 } = ip;
  const name = ICMP_NAMES[`${type} ${code}`] ?? ICMP_NAMES[String(type)] ?? `type ${type} code ${code}`;
  if (type === 3 && code === 4) return `${name}, MTU ${ip.icmpMtu}`;
  return type === 0 || type === 8 ? `${name} ${hexNumber(ip.icmpRest, 8)}` : name;
}
