/** Addresses, numbers and bytes of captured packets as text. Addresses are signed 32-bit numbers, as in the director's core. */
import { hex, ipNumber } from '../frames/index.ts';

export function addressOf(text: string): number {
  return ipNumber(text) | 0;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** `10.0.1.2:40000`, or the address alone where there is no port. */
export function formatEndpoint(address: number, port: number): string {
  return port === 0 ? formatAddress(address) : `${formatAddress(address)}:${port}`;
}

/** For example `0x004c`. */
export function hexNumber(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

const LONGEST_BYTES = 40;

/** Bytes as digits, the end of many left out: `01020304… (60 bytes)`. */
export function shortHex(bytes: Uint8Array): string {
  return bytes.length <= LONGEST_BYTES
    ? hex(bytes)
    : `${hex(bytes.subarray(0, LONGEST_BYTES))}… (${bytes.length} bytes)`;
}
