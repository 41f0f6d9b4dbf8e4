/** What a packet should look like after a forwarding step, built from what it was, and how another one differs from it. */
import { formatIpv4 } from '../../director/wire/addresses.ts';
import { readU16 } from '../../director/wire/bytes.ts';
import { pseudoHeaderSum, transportChecksum } from '../../director/wire/checksum.ts';
import {
  decrementTtl,
  ipDestination,
  ipDontFragment,
  ipHeaderBytes,
  ipId,
  ipProtocol,
  ipSource,
  ipTos,
  ipTotalBytes,
  ipTtl,
  PROTOCOL,
  setIpDestination,
  setIpSource,
  writeIpChecksum,
} from '../../director/wire/ipv4.ts';
import { destinationPort, setDestinationPort, setSourcePort, sourcePort } from '../../director/wire/ports.ts';
import { setTcpChecksum, TCP_CHECKSUM } from '../../director/wire/tcp.ts';
import { setUdpChecksum, UDP_CHECKSUM } from '../../director/wire/udp.ts';
import type { Finding } from '../../reports/result.ts';
import type { IpLayer } from './ip-layer.ts';

export interface Rewriting {
  readonly source?: { readonly address: number; readonly port: number };
  readonly destination?: { readonly address: number; readonly port: number };
}

/** The bytes of the IP packet after one router's TTL decrement and this rewriting, all checksums right. */
export function rewritten(ip: IpLayer, change: Rewriting): Uint8Array {
  const bytes = Uint8Array.from(bytesOf(ip));
  decrementTtl(bytes, 0);
  const l4 = ipHeaderBytes(bytes, 0);
  if (change.source !== undefined) {
    setIpSource(bytes, 0, change.source.address);
    setSourcePort(bytes, l4, change.source.port);
  }
  if (change.destination !== undefined) {
    setIpDestination(bytes, 0, change.destination.address);
    setDestinationPort(bytes, l4, change.destination.port);
  }
  writeIpChecksum(bytes, 0);
  if (change.source !== undefined || change.destination !== undefined) writeTransportChecksum(bytes, l4);
  return bytes;
}

/** The bytes of an IP packet from its header to its end, Ethernet padding left out. */
export function bytesOf(ip: IpLayer): Uint8Array {
  return ip.bytes.subarray(ip.at, ip.at + ip.totalBytes);
}

function writeTransportChecksum(bytes: Uint8Array, l4: number): void {
  const protocol = ipProtocol(bytes, 0);
  const l4Bytes = bytes.length - l4;
  const pseudoHeader = pseudoHeaderSum(ipSource(bytes, 0), ipDestination(bytes, 0), protocol, l4Bytes);
  const checksumOf = (at: number) => transportChecksum(bytes, l4, l4Bytes, l4 + at, pseudoHeader);
  if (protocol === PROTOCOL.tcp) setTcpChecksum(bytes, l4, checksumOf(TCP_CHECKSUM));
  else if (protocol === PROTOCOL.udp) setUdpChecksum(bytes, l4, checksumOf(UDP_CHECKSUM));
}

type FieldDifference = Finding['fields'][number];

/** Fields of the IP header, of the transport header's ports and checksum, and the rest, where two packets differ. */
export function differences(expected: Uint8Array, asSeen: Uint8Array): FieldDifference[] {
  const seen = withExpectedZero(expected, asSeen);
  const found: FieldDifference[] = [];
  for (const [field, read] of Object.entries(FIELDS)) {
    const [a, b] = [read(expected), read(seen)];
    if (a !== b) found.push({ field, expected: a, seen: b });
  }
  // Whatever no field above covers: options, sequence numbers, payload.
  if (found.length === 0) {
    const length = Math.max(expected.length, seen.length);
    for (let i = 0; i < length; i++) {
      if (expected[i] === seen[i]) continue;
      found.push({
        field: `byte ${i} of the IP packet`,
        expected: hexByte(expected[i]),
        seen: hexByte(seen[i]),
      });
      break;
    }
  }
  return found;
}

/** In one's complement 0xffff is 0 too. TCP senders write either, and an incremental update keeps to neither. */
function withExpectedZero(expected: Uint8Array, seen: Uint8Array): Uint8Array {
  if (ipProtocol(seen, 0) !== PROTOCOL.tcp) return seen;
  const at = ipHeaderBytes(seen, 0) + TCP_CHECKSUM;
  const zeros = [0, 0xffff];
  if (at + 2 > Math.min(seen.length, expected.length)) return seen;
  if (!zeros.includes(readU16(seen, at)) || !zeros.includes(readU16(expected, at))) return seen;
  const normalised = Uint8Array.from(seen);
  normalised.set(expected.subarray(at, at + 2), at);
  return normalised;
}

const FIELDS: Readonly<Record<string, (ip: Uint8Array) => string>> = {
  'IP header length': (ip) => `${ipHeaderBytes(ip, 0)} bytes`,
  'IP TOS': (ip) => hex(ipTos(ip, 0), 2),
  'IP total length': (ip) => `${ipTotalBytes(ip, 0)} bytes`,
  'IP identification': (ip) => String(ipId(ip, 0)),
  'IP don’t fragment': (ip) => String(ipDontFragment(ip, 0)),
  'IP TTL': (ip) => String(ipTtl(ip, 0)),
  'IP protocol': (ip) => String(ipProtocol(ip, 0)),
  'IP source': (ip) => formatIpv4(ipSource(ip, 0)),
  'IP destination': (ip) => formatIpv4(ipDestination(ip, 0)),
  'IP header checksum': (ip) => hex(readU16(ip, 10), 4),
  'source port': (ip) => String(sourcePort(ip, ipHeaderBytes(ip, 0))),
  'destination port': (ip) => String(destinationPort(ip, ipHeaderBytes(ip, 0))),
  'transport checksum': (ip) => transportChecksumOf(ip),
};

function transportChecksumOf(ip: Uint8Array): string {
  const l4 = ipHeaderBytes(ip, 0);
  const protocol = ipProtocol(ip, 0);
  if (protocol === PROTOCOL.tcp) return hex(readU16(ip, l4 + TCP_CHECKSUM), 4);
  return protocol === PROTOCOL.udp ? hex(readU16(ip, l4 + UDP_CHECKSUM), 4) : 'none';
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

function hexByte(byte: number | undefined): string {
  return byte === undefined ? 'no byte: the packet ends before' : hex(byte, 2);
}
