/** Hash buckets as dh, sh and the caches of lblc and lblcr have them. */
import type { Destination } from '../services/destination.ts';

/** Multiplicative hashing: 2^32 by the golden ratio, of the product the highest bits. */
const GOLDEN_RATIO_32 = 0x61c88647;

/** @returns An integer of `bits` bits, 1 to 31. */
export function hash32(value: number, bits: number): number {
  return Math.imul(value, GOLDEN_RATIO_32) >>> (32 - bits);
}

/** Which server of the list each bucket holds; one that is no longer in the list is a dash. */
export function bucketText(
  buckets: readonly (Destination | undefined)[],
  destinations: readonly Destination[],
): string {
  return buckets
    .map((server) => {
      const index = server === undefined ? -1 : destinations.indexOf(server);
      return index < 0 ? '-' : index;
    })
    .join(' ');
}
