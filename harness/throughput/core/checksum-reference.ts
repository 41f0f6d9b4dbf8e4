/** What the core's time is held against: work of the same kind that has nothing to do with the director. */

const BYTES = 1500;

/** Each call computes the Internet checksum (RFC 1071) of a packet as large as Ethernet carries. */
export function checksumReference(): () => number {
  const packet = Uint8Array.from({ length: BYTES }, (_, i) => (i * 31) & 0xff);
  return () => {
    let sum = 0;
    for (let i = 0; i < BYTES; i += 2) sum += ((packet[i] as number) << 8) | (packet[i + 1] as number);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return sum;
  };
}
