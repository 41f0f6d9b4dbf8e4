/** Numbers and bytes as hexadecimal digits, for people. */
import { hex } from '../frames/index.ts';

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
