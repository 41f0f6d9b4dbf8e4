/** Addresses as text, `10.0.1.2` and `02:00:0a:00:01:02`, and as the bytes of a packet. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';

export function ipBytes(address: string): Uint8Array {
  return Uint8Array.from(address.split('.'), Number);
}

export function ipText(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** An address as a number from 0 to 2^32 - 1. */
export function ipNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

export function macBytes(address: string): Uint8Array {
  return Uint8Array.from(address.split(':'), (part) => Number.parseInt(part, 16));
}

export function macText(bytes: Uint8Array, at: number): string {
  let text = HEX[bytes[at] as number] as string;
  for (let i = 1; i < 6; i++) text += `:${HEX[bytes[at + i] as number]}`;
  return text;
}
