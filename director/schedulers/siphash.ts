/**
 * SipHash-1-3 of one 32-bit word under a key of two equal 64-bit words whose upper halves are 0, as mh uses it. The
 * state's 64-bit words are pairs of 32-bit halves in plain numbers, so that nothing is allocated.
 */

/** @returns The lower 32 bits of the hash, as a signed integer. */
export function sipHash13(value: number, key: number): number {
  // The key's upper half is 0, so only lower halves differ from the algorithm's constants.
  let v0h = 0x736f6d65;
  let v0l = 0x70736575 ^ key;
  let v1h = 0x646f7261;
  let v1l = 0x6e646f6d ^ key;
  let v2h = 0x6c796765;
  let v2l = 0x6e657261 ^ key;
  // The one message block: length 4 in the top byte, then the word.
  let v3h = 0x74656462 ^ 0x04000000;
  let v3l = 0x79746573 ^ key ^ value;

  for (let round = 0; round < 4; round++) {
    let low = (v0l + v1l) | 0;
    v0h = (v0h + v1h + carry(low, v1l)) | 0;
    v0l = low;
    let high = (v1h << 13) | (v1l >>> 19);
    v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l;
    v1h = high ^ v0h;
    low = v0h;
    v0h = v0l;
    v0l = low;

    low = (v2l + v3l) | 0;
    v2h = (v2h + v3h + carry(low, v3l)) | 0;
    v2l = low;
    high = (v3h << 16) | (v3l >>> 16);
    v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l;
    v3h = high ^ v2h;

    low = (v0l + v3l) | 0;
    v0h = (v0h + v3h + carry(low, v3l)) | 0;
    v0l = low;
    high = (v3h << 21) | (v3l >>> 11);
    v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l;
    v3h = high ^ v0h;

    low = (v2l + v1l) | 0;
    v2h = (v2h + v1h + carry(low, v1l)) | 0;
    v2l = low;
    high = (v1h << 17) | (v1l >>> 15);
    v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l;
    v1h = high ^ v2h;
    low = v2h;
    v2h = v2l;
    v2l = low;

    if (round === 0) {
      // The block is done; three rounds of finalisation follow.
      v0h ^= 0x04000000;
      v0l ^= value;
      v2l ^= 0xff;
    }
  }
  return v0l ^ v1l ^ v2l ^ v3l;
}

/** The carry of an addition into the lower half, from its sum and one of the summands. */
function carry(sum: number, summand: number): number {
  return sum >>> 0 < summand >>> 0 ? 1 : 0;
}
