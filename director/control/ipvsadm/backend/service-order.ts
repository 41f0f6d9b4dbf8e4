/** The order in which the kernel lists services: by bucket of its hash tables, newest first; endpoints before marks. */
import type { VirtualService } from '../../../services/virtual-service.ts';
import { ipv6Words } from '../../../wire/ipv6-address.ts';

const BUCKET_BITS = 8;
const BUCKETS = 1 << BUCKET_BITS;

/**
 * @param services In the order in which they were added.
 * @param key What the kernel mixes into the hash: part of an address in its memory, so any number will do.
 */
export function inKernelOrder(services: Iterable<VirtualService>, key = 0): VirtualService[] {
  const buckets: VirtualService[][] = Array.from({ length: 2 * BUCKETS }, () => []);
  for (const service of services) {
    const isMark = service.mark !== 0;
    const hash = (isMark ? service.mark : endpointHash(service)) ^ key;
    buckets[(hash & (BUCKETS - 1)) + (isMark ? BUCKETS : 0)]?.push(service);
  }
  return buckets.flatMap((bucket) => bucket.reverse());
}

function endpointHash({ protocol, address, ipv6, port }: VirtualService): number {
  const words = ipv6 === undefined ? [address] : ipv6Words(ipv6);
  return words.reduce((hash, word) => hash ^ word, protocol ^ (port >> BUCKET_BITS) ^ port);
}
