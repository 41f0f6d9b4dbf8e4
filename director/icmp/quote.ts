/** The packet that an ICMP error quotes, in place within the error, and the packet inside a quoted tunnel packet. */
import type { ConnectionTable } from '../connections/table.ts';
import type { Packet } from '../packet.ts';
import { TUNNEL_TYPE, type TunnelType } from '../services/forwarding-method.ts';
import { greIpv4HeaderBytes } from '../wire/gre.ts';
import { gueIpv4HeaderBytes } from '../wire/gue.ts';
import { ICMP_HEADER_BYTES } from '../wire/icmp.ts';
import {
  IPV4_MIN_HEADER_BYTES,
  ipDestination,
  ipFragmentOffset,
  ipHeaderBytes,
  ipProtocol,
  ipSource,
  ipVersion,
  PROTOCOL,
} from '../wire/ipv4.ts';
import { destinationPort, sourcePort } from '../wire/ports.ts';
import { UDP_HEADER_BYTES } from '../wire/udp.ts';

export interface Quote {
  /** Offset of the quoted IP header. */
  readonly ip: number;
  /** Offset of the quoted transport header. */
  readonly l4: number;
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** The packet quoted by an ICMP error, or undefined where it is cut too short or cannot belong to a connection. */
export function quoteOf(error: Packet): Quote | undefined {
  return quoteAt(error, error.l4 + ICMP_HEADER_BYTES);
}

/** The row of the connection whose server got the quoted packet as a request, or -1. */
export function rowByQuotedRequest(table: ConnectionTable, quote: Quote): number {
  const { protocol, source, sourcePort, destination, destinationPort } = quote;
  return table.findOutgoing(protocol, destination, destinationPort, source, sourcePort);
}

/** The TCP, UDP or SCTP packet whose header lies at `ip`, as far as the error holds it. */
export function quoteAt(error: Packet, ip: number): Quote | undefined {
  const header = quotedHeaderBytes(error, ip);
  if (header === undefined || ip + header + 4 > error.ip + error.totalBytes) return undefined;
  const { bytes } = error;
  const protocol = ipProtocol(bytes, ip);
  if (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp && protocol !== PROTOCOL.sctp) return undefined;
  if (ipFragmentOffset(bytes, ip) !== 0) return undefined;
  const l4 = ip + header;
  return {
    ip,
    l4,
    protocol,
    source: ipSource(bytes, ip),
    destination: ipDestination(bytes, ip),
    sourcePort: sourcePort(bytes, l4),
    destinationPort: destinationPort(bytes, l4),
  };
}

/** The quoted header of the packet at `ip`, or undefined if it is not whole. */
export function quotedHeaderBytes(error: Packet, ip: number): number | undefined {
  const end = error.ip + error.totalBytes;
  if (ip + IPV4_MIN_HEADER_BYTES > end || ipVersion(error.bytes, ip) !== 4) return undefined;
  const header = ipHeaderBytes(error.bytes, ip);
  return header >= IPV4_MIN_HEADER_BYTES && ip + header <= end ? header : undefined;
}

export interface TunnelQuote {
  readonly type: TunnelType;
  /** Where the tunnel leads. */
  readonly server: number;
  /** UDP port that it leads to; 0 if it has none. */
  readonly port: number;
  /** Offset of the inner IP header. */
  readonly inner: number;
  /** Bytes of all headers in front of it. */
  readonly overheadBytes: number;
}

/** What the IP packet at `outer`, of which there may be less than it says, carries through which kind of tunnel. */
export function tunnelQuoteAt(packet: Packet, outer: number): TunnelQuote | undefined {
  const outerHeader = quotedHeaderBytes(packet, outer);
  if (outerHeader === undefined || ipFragmentOffset(packet.bytes, outer) !== 0) return undefined;
  const at = outer + outerHeader;
  const found = headersAt(packet, ipProtocol(packet.bytes, outer), at);
  if (found === undefined) return undefined;
  return {
    type: found.type,
    server: ipDestination(packet.bytes, outer),
    port: found.type === TUNNEL_TYPE.gue ? destinationPort(packet.bytes, at) : 0,
    inner: at + found.headerBytes,
    overheadBytes: outerHeader + found.headerBytes,
  };
}

/** The tunnel's own headers at `at`, and how long they are. */
function headersAt(
  packet: Packet,
  protocol: number,
  at: number,
): { readonly type: TunnelType; readonly headerBytes: number } | undefined {
  const { bytes } = packet;
  const available = packet.ip + packet.totalBytes - at;
  if (protocol === PROTOCOL.ipip) return { type: TUNNEL_TYPE.ipip, headerBytes: 0 };
  if (protocol === PROTOCOL.gre) {
    const gre = greIpv4HeaderBytes(bytes, at, available);
    return gre === undefined ? undefined : { type: TUNNEL_TYPE.gre, headerBytes: gre };
  }
  if (protocol !== PROTOCOL.udp) return undefined;
  const gue = gueIpv4HeaderBytes(bytes, at + UDP_HEADER_BYTES, available - UDP_HEADER_BYTES);
  return gue === undefined ? undefined : { type: TUNNEL_TYPE.gue, headerBytes: UDP_HEADER_BYTES + gue };
}
