import { CodedError } from '../../director/coded-error.ts';

/** Byte strings: joined, compared, read and shown. Numbers on the wire are big-endian (RFC 791, Appendix B). */

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** 16-bit numbers, one after the other. */
export function u16(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  values.forEach((value, i) => {
    put16(bytes, i * 2, value);
  });
  return bytes;
}

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value & 0xffff);
}

export function get16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) * 256 + (bytes[at + 1] as number);
}

export function get32(bytes: Uint8Array, at: number): number {
  return get16(bytes, at) * 65_536 + get16(bytes, at + 2);
}

/** `length` bytes that differ from their neighbours. */
export function pattern(length: number, seed = 3): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 255);
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/** Bytes that are not what they were read as. */
export class FrameError extends CodedError {
  readonly code = 'FRAME_MALFORMED';
}

/** @throws FrameError if there are fewer than `needed` bytes. */
export function needBytes(what: string, bytes: Uint8Array, needed: number): void {
  if (bytes.length < needed) {
    throw new FrameError(`${what} takes ${needed} bytes, here are ${bytes.length}`);
  }
}
