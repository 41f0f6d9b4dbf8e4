/** The kernel’s multiplicative hash: the upper `bits` bits of the product with 0x61C88647, modulo 2^32. */
export function hash32(value: number, bits: number): number {
  const product = (BigInt(value) * 0x61c88647n) % 2n ** 32n;
  return Number(product >> BigInt(32 - bits));
}
