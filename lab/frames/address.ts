/** Addresses as text, `10.0.1.2` and `02:00:0a:00:01:02`, and as the bytes of a packet. */
import { FrameError } from './bytes.ts';

const ZERO = 0x30;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';

/** @throws FrameError if it is no IPv4 address in dotted form. */
export function ipBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(4);
  let at = 0;
  let byte = -1;
  for (let i = 0; i <= address.length; i++) {
    const digit = address.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) {
      byte = Math.max(byte, 0) * 10 + digit;
      continue;
    }
    // A byte ends at a dot, the last one at the end.
    const isEnd = i === address.length ? at === 3 : address[i] === '.' && at < 3;
    if (!isEnd || byte < 0 || byte > 255) throw new FrameError(`${address} is no IPv4 address`);
    bytes[at++] = byte;
    byte = -1;
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
  const bytes = new Uint8Array(6);
  for (let i = 0; i < 6; i++) bytes[i] = hexDigit(address, i * 3) * 16 + hexDigit(address, i * 3 + 1);
  return bytes;
}

/** The value of a digit of 0–9, a–f or A–F. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= 0x39 ? code - ZERO : (code | 0x20) - 0x57;
}

export function macText(bytes: Uint8Array, at: number): string {
  let text = HEX[bytes[at] as number] as string;
  for (let i = 1; i < 6; i++) text += `:${HEX[bytes[at + i] as number]}`;
  return text;
}

/** A block of IPv4 addresses, such as `10.0.1.0/24`. */
export class Prefix {
  readonly length: number;
  readonly #network: number;
  readonly #size: number;

  /** @param text An address with a prefix length; `default` is every address. */
  constructor(text: string) {
    const [address = '', length = '32'] = text === 'default' ? ['0.0.0.0', '0'] : text.split('/');
    this.length = Number(length);
    this.#size = 2 ** (32 - this.length);
    this.#network = Math.floor(ipNumber(address) / this.#size);
  }

  holds(address: string): boolean {
    return Math.floor(ipNumber(address) / this.#size) === this.#network;
  }
}
