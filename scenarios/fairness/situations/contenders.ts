/** Groups of schedulers that several scenarios set beside each other. */
import { ALL_SCHEDULERS, schedulerFacts, schedulersWhere } from '../../models/schedulers.ts';
import { contenders } from '../scenario.ts';

/** All there are; in the order in which results are shown. */
export const ALL = contenders(...ALL_SCHEDULERS);

/** Those whose choice follows from how many connections each server has. */
export const LOAD_AWARE = contenders(...schedulersWhere(({ load }) => load !== 'none'));

/** Schedulers for caches go by the address asked for, so they need many. */
export function reachedBy({ scheduler }: { readonly scheduler: string }): 'mark' | 'address' {
  return schedulerFacts(scheduler).goesBy === 'destination' ? 'mark' : 'address';
}
