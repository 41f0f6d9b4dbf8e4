/** The packet that an ICMP error quotes: its header and at least its ports, in place within the error. */
import type { Packet } from '../packet.ts';
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
