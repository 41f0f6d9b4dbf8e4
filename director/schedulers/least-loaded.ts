/** Load for the weight, by which wlc, sed, nq, lblc and lblcr choose. */
import type { Destination } from '../services/destination.ts';

/**
 * A server's load as lc, wlc, lblc, lblcr and twos see it: an active connection weighs as much as 257 inactive ones. Signed
 * 32-bit, as in the kernel (6.1.187 and later).
 */
export function overhead(destination: Destination): number {
  return ((destination.activeConnections << 8) + destination.connections) | 0;
}

/**
 * True if a · b > c · d. Exact for all 32-bit integers, as the kernel's 64-bit product is: rounding never turns an
 * order around, and products that round to the same double are so close that their last 32 bits tell them apart.
 */
export function productExceeds(a: number, b: number, c: number, d: number): boolean {
  const left = a * b;
  const right = c * d;
  return left === right ? ((Math.imul(a, b) - Math.imul(c, d)) | 0) > 0 : left > right;
}

/**
 * The eligible server with the smallest load / weight, compared by cross multiplication without division. Of equals
 * the first in the list, which is the one added last.
 */
export function leastLoaded(
  destinations: readonly Destination[],
  load: (destination: Destination) => number,
): Destination | undefined {
  let best: Destination | undefined;
  let bestLoad = 0;
  for (let i = 0; i < destinations.length; i++) {
    const candidate = destinations[i] as Destination;
    if (!candidate.eligible) continue;
    const candidateLoad = load(candidate);
    if (best === undefined || productExceeds(bestLoad, candidate.weight, candidateLoad, best.weight)) {
      best = candidate;
      bestLoad = candidateLoad;
    }
  }
  return best;
}
