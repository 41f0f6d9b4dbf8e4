/** SipHash-1-3 of one 32-bit number under a key of two equal words, cut to 32 bits: the hash of Maglev in IPVS. */

const mask = (value: bigint) => value & 0xffff_ffff_ffff_ffffn;
const rotate = (value: bigint, bits: bigint) => mask((value << bits) | (value >> (64n - bits)));

type Words = readonly [bigint, bigint, bigint, bigint];

function round([a, b, c, d]: Words): Words {
  const ab = mask(a + b);
  const cd = mask(c + d);
  const b1 = rotate(b, 13n) ^ ab;
  const d1 = rotate(d, 16n) ^ cd;
  const a2 = mask(rotate(ab, 32n) + d1);
  const c2 = mask(cd + b1);
  return [a2, rotate(b1, 17n) ^ c2, rotate(c2, 32n), rotate(d1, 21n) ^ a2];
}

/** @param value Unsigned 32-bit. */
export function sipHash32(value: number, key: bigint): number {
  const block = (4n << 56n) | BigInt(value);
  const start: Words = [
    0x736f6d6570736575n ^ key,
    0x646f72616e646f6dn ^ key,
    0x6c7967656e657261n ^ key,
    0x7465646279746573n ^ key ^ block,
  ];
  const [a, b, c, d] = round(start);
  const end = round(round(round([a ^ block, b, c ^ 0xffn, d])));
  return Number((end[0] ^ end[1] ^ end[2] ^ end[3]) & 0xffff_ffffn);
}
