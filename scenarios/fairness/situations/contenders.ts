/** Groups of schedulers that several scenarios set beside each other. */
import { contenders } from '../scenario.ts';

/** All there are; in the order in which results are shown. */
export const ALL = contenders(
  ...['rr', 'wrr', 'lc', 'wlc', 'sed', 'nq', 'fo', 'ovf', 'sh', 'mh', 'dh', 'lblc', 'lblcr', 'twos'],
);

/** Those whose choice follows from how many connections are active. */
export const LOAD_AWARE = contenders('lc', 'wlc', 'sed', 'nq', 'ovf', 'lblc', 'lblcr', 'twos');

/** Caches' schedulers: they go by the address asked for, so they need many. */
const BY_DESTINATION = new Set(['dh', 'lblc', 'lblcr']);

export function reachedBy({ scheduler }: { readonly scheduler: string }): 'mark' | 'address' {
  return BY_DESTINATION.has(scheduler) ? 'mark' : 'address';
}
