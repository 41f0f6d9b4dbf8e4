/** The multiplicative hash of dh, sh and the caches of lblc and lblcr: golden ratio, highest bits. */
const GOLDEN_RATIO_32 = 0x61c88647;

/** @returns An integer of `bits` bits, 1 to 31. */
export function hash32(value: number, bits: number): number {
  return Math.imul(value, GOLDEN_RATIO_32) >>> (32 - bits);
}
