/** TCP segments (RFC 9293 §3.1). */
import { FrameError, get16, get32, join, needBytes, put16, put32 } from './bytes.ts';
import { transportChecksum } from './checksum.ts';
import { type IpFields, type Ipv4, ipPacket, readIpv4 } from './ipv4.ts';
import { type Ports, TCP } from './protocol.ts';

/** The bits of the flags byte. */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

export interface TcpFields extends Ports {
  readonly flags: number;
  /** 1000 unless given. */
  readonly sequence?: number;
  /** Unless given, 1 with ACK and 0 without. */
  readonly acknowledgement?: number;
  /** 65535 unless given. */
  readonly window?: number;
  readonly urgent?: number;
  /** A multiple of four bytes. */
  readonly options?: readonly number[];
  readonly payload?: Uint8Array;
  /** Instead of the right one. */
  readonly checksum?: number;
}

export interface TcpSegment extends Required<TcpFields> {
  readonly ip: Ipv4;
  readonly isChecksumRight: boolean;
}

const HEADER_BYTES = 20;

export function tcpPacket(ip: IpFields, fields: TcpFields): Uint8Array {
  const { sourcePort, destinationPort, flags } = fields;
  const options = Uint8Array.from(fields.options ?? []);
  const header = new Uint8Array(HEADER_BYTES);
  put16(header, 0, sourcePort);
  put16(header, 2, destinationPort);
  put32(header, 4, fields.sequence ?? 1000);
  put32(header, 8, fields.acknowledgement ?? (flags & ACK ? 1 : 0));
  header[12] = ((HEADER_BYTES + options.length) / 4) << 4;
  header[13] = flags;
  put16(header, 14, fields.window ?? 0xffff);
  put16(header, 18, fields.urgent ?? 0);
  const l4 = join(header, options, fields.payload ?? new Uint8Array(0));
  put16(l4, 16, fields.checksum ?? transportChecksum(ip, TCP, l4));
  return ipPacket(ip, TCP, l4);
}

/** @throws FrameError if the packet holds no whole TCP segment. */
export function readTcp(packet: Uint8Array): TcpSegment {
  const ip = readIpv4(packet);
  if (ip.protocol !== TCP) throw new FrameError(`expected TCP (6), got IP protocol ${ip.protocol}`);
  const l4 = ip.payload;
  needBytes('a TCP header', l4, HEADER_BYTES);
  const headerBytes = ((l4[12] as number) >> 4) * 4;
  if (headerBytes < HEADER_BYTES) throw new FrameError(`a TCP header cannot have ${headerBytes} bytes`);
  needBytes('this TCP header', l4, headerBytes);
  return {
    ip,
    sourcePort: get16(l4, 0),
    destinationPort: get16(l4, 2),
    sequence: get32(l4, 4),
    acknowledgement: get32(l4, 8),
    flags: l4[13] as number,
    window: get16(l4, 14),
    checksum: get16(l4, 16),
    urgent: get16(l4, 18),
    options: Array.from(l4.subarray(HEADER_BYTES, headerBytes)),
    payload: l4.slice(headerBytes),
    isChecksumRight: transportChecksum(ip, TCP, l4) === 0,
  };
}

/** How far a segment moves the sequence number on: its bytes, and one each for SYN and FIN (RFC 9293 §3.4). */
export function segmentLength({ flags, payload }: Pick<TcpSegment, 'flags' | 'payload'>): number {
  return payload.length + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0);
}
