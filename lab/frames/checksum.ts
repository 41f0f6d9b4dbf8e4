/** Checksums as the RFCs word them: slow, and with nothing clever in them. */
import { ipBytes } from './address.ts';
import { join, u16 } from './bytes.ts';

/** The Internet checksum of a run of 16-bit words (RFC 1071 §1): 0 where it covers a right checksum. */
export function plainChecksum(bytes: Uint8Array): number {
  return 0xffff - onesSum(bytes);
}

/** One’s complement sum of a run of 16-bit words, 0 to 0xffff. @param start Sum of what comes before, as low. */
export function onesSum(bytes: Uint8Array, start = 0): number {
  let sum = start;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i] as number) * 256 + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum = sum - 0x10000 + 1;
  }
  return sum;
}

/**
 * The checksum over the pseudo-header and what follows it (RFC 9293 §3.1, RFC 768). The field must be 0 in `l4` to
 * compute it; with the field filled in rightly, the result is 0.
 */
export function transportChecksum(
  { source, destination }: { readonly source: string; readonly destination: string },
  protocol: number,
  l4: Uint8Array,
): number {
  return plainChecksum(join(ipBytes(source), ipBytes(destination), u16(protocol, l4.length), l4));
}

/** CRC-32C by polynomial division, bit by bit, as RFC 9260 Appendix A words it. */
export function plainCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc ^ (byte >> bit)) & 1;
      crc = (crc >>> 1) ^ (carry ? 0x82f63b78 : 0);
    }
  }
  return ~crc >>> 0;
}
