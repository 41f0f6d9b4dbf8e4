/** Addresses as text, `10.0.1.2` and `02:00:0a:00:01:02`, and as the bytes of a packet. */

import { FrameError } from './frame-error.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';

/** @throws FrameError if it is no IPv4 address in dotted form. */
export function ipBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(4);
  const parts = address.split('.');
  for (let i = 0; i < 4; i++) {
    const byte = Number(parts[i]);
    if (!(byte >= 0 && byte <= 255) || parts.length !== 4)
      throw new FrameError(`${address} is no IPv4 address`);
    bytes[i] = byte;
  }
  return bytes;
}

export function ipText(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** An address as a number from 0 to 2^32 - 1. */
export function ipNumber(address: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = ipBytes(address);
  return ((a * 256 + b) * 256 + c) * 256 + d;
}

export function macBytes(address: string): Uint8Array {
  return Uint8Array.from(address.split(':'), (part) => Number.parseInt(part, 16));
}

export function macText(bytes: Uint8Array, at: number): string {
  let text = HEX[bytes[at] as number] as string;
  for (let i = 1; i < 6; i++) text += `:${HEX[bytes[at + i] as number]}`;
  return text;
}
