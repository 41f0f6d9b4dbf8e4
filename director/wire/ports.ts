/** Source and destination port: the first four bytes of TCP, UDP and SCTP alike. */
import { readU16, writeU16 } from './bytes.ts';

export function sourcePort(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at);
}

export function destinationPort(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + 2);
}

export function setSourcePort(bytes: Uint8Array, at: number, port: number): void {
  writeU16(bytes, at, port);
}

export function setDestinationPort(bytes: Uint8Array, at: number, port: number): void {
  writeU16(bytes, at + 2, port);
}
