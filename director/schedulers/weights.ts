/** What several schedulers ask of the servers' weights. */
import type { Destination } from '../services/destination.ts';

/** The choice of fo and ovf: of those that may take a connection the server with the highest weight; of equals the first in the list. */
export function heaviest(
  destinations: readonly Destination[],
  mayTake: (destination: Destination) => boolean,
): Destination | undefined {
  let best: Destination | undefined;
  for (let i = 0; i < destinations.length; i++) {
    const candidate = destinations[i] as Destination;
    if (mayTake(candidate) && (best === undefined || candidate.weight > best.weight)) best = candidate;
  }
  return best;
}

/** The greatest common divisor of weights, 0 if all are 0, and the highest weight. */
export function measureWeights(weights: readonly number[]): { divisor: number; highest: number } {
  let divisor = 0;
  let highest = 0;
  for (const weight of weights) {
    divisor = greatestCommonDivisor(divisor, weight);
    highest = Math.max(highest, weight);
  }
  return { divisor, highest };
}

/** Of two integers that are not negative; of 0 and n it is n. */
function greatestCommonDivisor(a: number, b: number): number {
  let divisor = a;
  let rest = b;
  while (rest > 0) {
    const next = divisor % rest;
    divisor = rest;
    rest = next;
  }
  return divisor;
}
