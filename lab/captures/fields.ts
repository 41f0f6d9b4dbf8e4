/**
 * Every header field of an IPv4 packet with its name, its value as text and its place: what differences are named by,
 * what a check asks for by name, and what a ladder shows. Fields of a tunnel’s outer header are called `outer …`,
 * those of the packet that an ICMP error quotes `quoted …`. Reads broken packets too, as far as they go.
 */
import { GRE, get16, get32, ICMP, ipText, isIcmpError, SCTP, TCP, UDP } from '../frames/index.ts';
import { hexNumber, shortHex } from './format.ts';
import { innerHeaderAt } from './tunnel.ts';

export interface Field {
  readonly field: string;
  readonly value: string;
  /** Offset from the beginning of the packet. Fields that share bytes (flags) have the same place. */
  readonly at: number;
  readonly bytes: number;
}

const IPV4_MIN_BYTES = 20;
const UDP_BYTES = 8;
const ICMP_BYTES = 8;

/** Fields in the order of the headers, outermost first. @param ip An IPv4 packet from its first byte to its last. */
export function fieldsOf(ip: Uint8Array): Field[] {
  return layerFields(ip, 0, ip.length, '');
}

/** Fields of the layer at an offset and of all that follow it. */
function layerFields(bytes: Uint8Array, at: number, end: number, prefix: string): Field[] {
  if (end - at < IPV4_MIN_BYTES) return rest(bytes, at, end, `${prefix}IP header`);
  const l4 = at + Math.max(IPV4_MIN_BYTES, (byteAt(bytes, at) & 0x0f) * 4);
  const protocol = byteAt(bytes, at + 9);
  const isLaterFragment = (get16(bytes, at + 6) & 0x1fff) !== 0;
  const isFragment = isLaterFragment || (get16(bytes, at + 6) & 0x2000) !== 0;
  const inner = isFragment ? undefined : innerHeaderAt(bytes, protocol, l4, end);
  if (inner === undefined) {
    const own = ipFields(bytes, at, l4, prefix);
    return [...own, ...(isLaterFragment ? [] : transportFields(bytes, protocol, l4, end, prefix))];
  }
  const outer = `${prefix}outer `;
  return [
    ...ipFields(bytes, at, l4, outer),
    ...encapsulationFields(bytes, protocol, l4, inner, outer),
    ...layerFields(bytes, inner, end, prefix),
  ];
}

function ipFields(bytes: Uint8Array, at: number, l4: number, prefix: string): Field[] {
  const named = naming(prefix);
  const flags = get16(bytes, at + 6);
  return [
    named('IP version', at, 1, String(byteAt(bytes, at) >> 4)),
    named('IP header length', at, 1, `${(byteAt(bytes, at) & 0x0f) * 4} bytes`),
    named('IP TOS', at + 1, 1, hexNumber(byteAt(bytes, at + 1), 2)),
    named('IP total length', at + 2, 2, `${get16(bytes, at + 2)} bytes`),
    named('IP identification', at + 4, 2, String(get16(bytes, at + 4))),
    ...((flags & 0x8000) === 0 ? [] : [named('IP reserved flag', at + 6, 2, 'true')]),
    named('IP don’t fragment', at + 6, 2, String((flags & 0x4000) !== 0)),
    named('IP more fragments', at + 6, 2, String((flags & 0x2000) !== 0)),
    named('IP fragment offset', at + 6, 2, `${(flags & 0x1fff) * 8} bytes`),
    named('IP TTL', at + 8, 1, String(byteAt(bytes, at + 8))),
    named('IP protocol', at + 9, 1, String(byteAt(bytes, at + 9))),
    named('IP header checksum', at + 10, 2, hexNumber(get16(bytes, at + 10), 4)),
    named('IP source', at + 12, 4, ipText(bytes, at + 12)),
    named('IP destination', at + 16, 4, ipText(bytes, at + 16)),
    ...rest(bytes, at + IPV4_MIN_BYTES, l4, `${prefix}IP options`),
  ];
}

function encapsulationFields(
  bytes: Uint8Array,
  protocol: number,
  l4: number,
  inner: number,
  prefix: string,
): Field[] {
  const named = naming(prefix);
  if (protocol === UDP) {
    const gue = l4 + UDP_BYTES;
    return [
      ...udpFields(bytes, l4, prefix),
      named('GUE header length', gue, 1, `${4 + (byteAt(bytes, gue) & 0x1f) * 4} bytes`),
      named('GUE protocol', gue + 1, 1, String(byteAt(bytes, gue + 1))),
      named('GUE flags', gue + 2, 2, hexNumber(get16(bytes, gue + 2), 4)),
      ...rest(bytes, gue + 4, inner, `${prefix}GUE options`),
    ];
  }
  if (protocol !== GRE) return [];
  return [
    named('GRE flags', l4, 2, hexNumber(get16(bytes, l4), 4)),
    named('GRE protocol', l4 + 2, 2, hexNumber(get16(bytes, l4 + 2), 4)),
    ...rest(bytes, l4 + 4, inner, `${prefix}GRE options`),
  ];
}

function transportFields(
  bytes: Uint8Array,
  protocol: number,
  l4: number,
  end: number,
  prefix: string,
): Field[] {
  const named = naming(prefix);
  const has = (needed: number) => end - l4 >= needed;
  if (protocol === ICMP && has(ICMP_BYTES)) return icmpFields(bytes, l4, end, prefix);
  if (protocol === UDP && has(UDP_BYTES)) return udpFields(bytes, l4, prefix);
  if (protocol === TCP && has(20)) return tcpFields(bytes, l4, end, prefix);
  // An ICMP error quotes eight bytes of a TCP header as a rule.
  if (protocol === TCP && has(8)) return [...portFields(bytes, l4, prefix), tcpSequence(bytes, l4, prefix)];
  if (protocol === SCTP && has(12)) {
    return [
      ...portFields(bytes, l4, prefix),
      named('SCTP verification tag', l4 + 4, 4, hexNumber(get32(bytes, l4 + 4), 8)),
      named('SCTP checksum', l4 + 8, 4, hexNumber(get32(bytes, l4 + 8), 8)),
    ];
  }
  return [];
}

function tcpFields(bytes: Uint8Array, l4: number, end: number, prefix: string): Field[] {
  const named = naming(prefix);
  const header = Math.max(20, (byteAt(bytes, l4 + 12) >> 4) * 4);
  return [
    ...portFields(bytes, l4, prefix),
    tcpSequence(bytes, l4, prefix),
    named('TCP acknowledgement number', l4 + 8, 4, String(get32(bytes, l4 + 8))),
    named('TCP header length', l4 + 12, 1, `${(byteAt(bytes, l4 + 12) >> 4) * 4} bytes`),
    named('TCP flags', l4 + 13, 1, tcpFlagNames(byteAt(bytes, l4 + 13))),
    named('TCP window', l4 + 14, 2, String(get16(bytes, l4 + 14))),
    named('TCP checksum', l4 + 16, 2, hexNumber(get16(bytes, l4 + 16), 4)),
    named('TCP urgent pointer', l4 + 18, 2, String(get16(bytes, l4 + 18))),
    ...rest(bytes, l4 + 20, Math.min(end, l4 + header), `${prefix}TCP options`),
  ];
}

function tcpSequence(bytes: Uint8Array, l4: number, prefix: string): Field {
  return naming(prefix)('TCP sequence number', l4 + 4, 4, String(get32(bytes, l4 + 4)));
}

const TCP_FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** For example `SYN ACK`. */
function tcpFlagNames(flags: number): string {
  const set = TCP_FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0);
  return set.length === 0 ? 'none' : set.join(' ');
}

function udpFields(bytes: Uint8Array, l4: number, prefix: string): Field[] {
  const named = naming(prefix);
  return [
    ...portFields(bytes, l4, prefix),
    named('UDP length', l4 + 4, 2, `${get16(bytes, l4 + 4)} bytes`),
    named('UDP checksum', l4 + 6, 2, hexNumber(get16(bytes, l4 + 6), 4)),
  ];
}

function portFields(bytes: Uint8Array, l4: number, prefix: string): Field[] {
  const named = naming(prefix);
  return [
    named('source port', l4, 2, String(get16(bytes, l4))),
    named('destination port', l4 + 2, 2, String(get16(bytes, l4 + 2))),
  ];
}

function icmpFields(bytes: Uint8Array, l4: number, end: number, prefix: string): Field[] {
  const named = naming(prefix);
  const type = byteAt(bytes, l4);
  const code = byteAt(bytes, l4 + 1);
  const isFragmentationNeeded = type === 3 && code === 4;
  const head = [
    named('ICMP type', l4, 1, String(type)),
    named('ICMP code', l4 + 1, 1, String(code)),
    named('ICMP checksum', l4 + 2, 2, hexNumber(get16(bytes, l4 + 2), 4)),
    isFragmentationNeeded
      ? named('ICMP next-hop MTU', l4 + 6, 2, `${get16(bytes, l4 + 6)} bytes`)
      : named('ICMP rest of header', l4 + 4, 4, hexNumber(get32(bytes, l4 + 4), 8)),
  ];
  if (!isIcmpError(type)) return head;
  return [...head, ...layerFields(bytes, l4 + ICMP_BYTES, end, `${prefix}quoted `)];
}

/** What is between two offsets, as hexadecimal digits; no field where there is nothing. */
function rest(bytes: Uint8Array, from: number, to: number, field: string): Field[] {
  if (to <= from) return [];
  return [{ field, value: shortHex(bytes.subarray(from, to)), at: from, bytes: to - from }];
}

function naming(prefix: string) {
  return (field: string, at: number, bytes: number, value: string): Field => ({
    field: prefix + field,
    value,
    at,
    bytes,
  });
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
