/**
 * A number from 0 to 2^32 - 1 that follows from a seed and a text, and looks like no other’s: FNV-1a, and the mixing step
 * of MurmurHash3, by which every bit of the one changes half of the other.
 */
export function seededNumber(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
