/**
 * Big-endian integers at a byte offset. All wire code reads and writes through these.
 *
 * 32-bit values are *signed* (`| 0`): V8 keeps a signed 32-bit integer unboxed wherever it goes, while an unsigned
 * one above 2^31 becomes an object on the heap as soon as it is stored. The packet path must not allocate.
 */

export function readU8(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** A 32-bit word as a signed integer. */
export function readI32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** A 32-bit word as an unsigned integer. Not for the packet path. */
export function readU32(bytes: Uint8Array, at: number): number {
  return readI32(bytes, at) >>> 0;
}

export function writeU8(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
}

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

export function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
}
