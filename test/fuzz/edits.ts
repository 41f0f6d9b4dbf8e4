/** Changes made to something valid: most random bytes are refused at once and reach nothing. */
import * as fc from 'fast-check';

/** Where, as a fraction of the length in 65,536ths, and what is put there. */
export type Edit = readonly [place: number, value: number];

/** Values at which numbers in headers and lengths turn over, and any other. */
const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));

export const edits = fc.array(fc.tuple(fc.nat(65_535), byte), { maxLength: 6 });

/** Bytes with some of them replaced, and cut to a part in 65,536ths: 65,536 leaves them whole. */
export function edited(bytes: Uint8Array, changes: readonly Edit[], part: number): Uint8Array {
  const copy = bytes.slice(0, Math.ceil((bytes.length * part) / 65_536));
  for (const [place, value] of changes) copy[Math.floor((place * copy.length) / 65_536)] = value;
  return copy;
}

/** Mostly whole. */
export const part = fc.oneof({ weight: 3, arbitrary: fc.constant(65_536) }, fc.nat(65_536));
