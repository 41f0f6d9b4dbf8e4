/** TCP segments (RFC 9293 §3.1): what a layer-4 balancer reads and writes. */
import { readU16, readU32, writeU16 } from './bytes.ts';

export const TCP_MIN_HEADER_BYTES = 20;

export const TCP_FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, cwr: 0x80 } as const;

/** Offsets of the sequence number and the checksum within the header. */
export const TCP_SEQUENCE = 4;
export const TCP_CHECKSUM = 16;

const FLAGS = 13;

export function tcpFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + FLAGS] as number;
}

/** The checksum is left as it is. */
export function setTcpFlags(bytes: Uint8Array, at: number, flags: number): void {
  bytes[at + FLAGS] = flags;
}

export function tcpSequence(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at + TCP_SEQUENCE);
}

export function tcpAcknowledgement(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at + 8);
}

/** Header length in bytes, options included. */
export function tcpHeaderBytes(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 12] as number) >> 4) << 2;
}

export function tcpChecksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + TCP_CHECKSUM);
}

export function setTcpChecksum(bytes: Uint8Array, at: number, checksum: number): void {
  writeU16(bytes, at + TCP_CHECKSUM, checksum);
}

/** Flags as tcpdump writes them: `S`, `S.`, `P.`, `F.`, `R`. */
export function formatTcpFlags(flags: number): string {
  const letters =
    (flags & TCP_FLAG.fin ? 'F' : '') +
    (flags & TCP_FLAG.syn ? 'S' : '') +
    (flags & TCP_FLAG.rst ? 'R' : '') +
    (flags & TCP_FLAG.psh ? 'P' : '') +
    (flags & TCP_FLAG.ack ? '.' : '');
  return letters === '' ? 'none' : letters;
}
