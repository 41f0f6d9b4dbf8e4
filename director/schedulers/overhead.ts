/** A server's load as lc, wlc, lblc, lblcr and twos see it. */
import type { Destination } from '../services/destination.ts';

/** An active connection weighs as much as 257 inactive ones. Signed 32-bit, as in the kernel (6.1.187 and later). */
export function overhead(destination: Destination): number {
  return ((destination.activeConnections << 8) + destination.connections) | 0;
}
