/** ICMP messages (RFC 792). */
import { FrameError, get16, get32, join, needBytes, put16, u16 } from './bytes.ts';
import { plainChecksum } from './checksum.ts';
import { type IpFields, type Ipv4, ipPacket, readIpv4 } from './ipv4.ts';
import { ICMP } from './protocol.ts';

export interface IcmpFields {
  readonly type: number;
  readonly code?: number;
  /** Last four bytes of the header: identifier and sequence number of an echo, next-hop MTU of “fragmentation needed”. */
  readonly rest?: number;
  /** Echoed data, or the packet that an error quotes. */
  readonly body?: Uint8Array;
  /** Instead of the right one. */
  readonly checksum?: number;
}

export interface IcmpMessage extends Required<IcmpFields> {
  readonly ip: Ipv4;
  readonly isChecksumRight: boolean;
}

export const ECHO_REPLY = 0;
export const UNREACHABLE = 3;
export const ECHO_REQUEST = 8;
export const TIME_EXCEEDED = 11;
/** Codes of “destination unreachable”. */
export const NET_UNREACHABLE = 0;
export const HOST_UNREACHABLE = 1;
export const PROTOCOL_UNREACHABLE = 2;
export const PORT_UNREACHABLE = 3;
export const FRAGMENTATION_NEEDED = 4;

const HEADER_BYTES = 8;
/** An error is to be no longer than this (RFC 1812 §4.3.2.3). */
const LONGEST_ERROR_BYTES = 576;
const HEADERS_BYTES = 28;

export function icmpPacket(ip: IpFields, fields: IcmpFields): Uint8Array {
  const { type, code = 0, rest = 0, body = new Uint8Array(0) } = fields;
  const l4 = join(u16((type << 8) | code, 0, rest >>> 16, rest & 0xffff), body);
  put16(l4, 2, fields.checksum ?? plainChecksum(l4));
  return ipPacket(ip, ICMP, l4);
}

/** An error about a packet, which it quotes as far as an error may be long. */
export function icmpError(
  ip: IpFields,
  fields: { readonly type: number; readonly code: number; readonly rest?: number },
  about: Uint8Array,
): Uint8Array {
  return icmpPacket(ip, { ...fields, body: about.subarray(0, LONGEST_ERROR_BYTES - HEADERS_BYTES) });
}

export interface EchoFields {
  readonly id: number;
  readonly sequence: number;
  readonly data?: Uint8Array;
}

export function echoRequest(ip: IpFields, { id, sequence, data }: EchoFields): Uint8Array {
  return icmpPacket(ip, { type: ECHO_REQUEST, rest: id * 65_536 + sequence, ...(data && { body: data }) });
}

/** @throws FrameError if the packet holds no ICMP message. */
export function readIcmp(packet: Uint8Array): IcmpMessage {
  const ip = readIpv4(packet);
  if (ip.protocol !== ICMP) throw new FrameError(`expected ICMP (1), got IP protocol ${ip.protocol}`);
  const l4 = ip.payload;
  needBytes('an ICMP header', l4, HEADER_BYTES);
  return {
    ip,
    type: l4[0] as number,
    code: l4[1] as number,
    checksum: get16(l4, 2),
    rest: get32(l4, 4),
    body: l4.slice(HEADER_BYTES),
    isChecksumRight: plainChecksum(l4) === 0,
  };
}

/** Whether it is about another packet, rather than a question or an answer (RFC 1122 §3.2.2). */
export function isIcmpError(type: number): boolean {
  return [UNREACHABLE, 4, 5, TIME_EXCEEDED, 12].includes(type);
}
