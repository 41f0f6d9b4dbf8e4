/** Checksums as the RFCs word them: slow, and with nothing clever in them. */
import { ipBytes } from './address.ts';
import { join, u16 } from './bytes.ts';

/** The Internet checksum of a run of 16-bit words (RFC 1071 §1): 0 where it covers a right checksum. */
export function plainChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i] as number) * 256 + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum = sum - 0x10000 + 1;
  }
  return 0xffff - sum;
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
