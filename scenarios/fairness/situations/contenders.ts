/** Groups of schedulers that several scenarios set beside each other, in the order in which results are shown. */
import { ALL_SCHEDULERS, schedulerFacts, schedulersWhere } from '../../models/schedulers.ts';
import { type Contender, contenders } from '../scenario.ts';

export const ALL = contenders(...ALL_SCHEDULERS);

/** Those whose choice follows from how many connections each server has. */
export const LOAD_AWARE = contenders(...schedulersWhere(({ load }) => load !== 'none'));

/** Those that give equal servers equal numbers of connections. */
export const EVENING_OUT = contenders(...schedulersWhere(({ evensOut }) => evensOut === true));

const representatives = schedulersWhere(({ isRepresentative }) => isRepresentative === true);
/** One of each kind. */
export const REPRESENTATIVES = contenders(...representatives);
/** One of each kind, and again with the flag that has it search on where a server is not to be had. */
export const WITH_FALLBACK = withFlag(representatives, 'fallback');

/** Those that lead a client to the same server again, and again with the flag that has its port count too. */
export const WITH_PORT = withFlag(
  schedulersWhere(({ goesBy }) => goesBy === 'client'),
  'port',
);

/** @param flag Without the scheduler’s name, which stands before it: `sh-port`. */
function withFlag(schedulers: readonly string[], flag: string): Contender[] {
  return contenders(
    ...schedulers.flatMap((name) => [
      name,
      ...(schedulerFacts(name).flags ?? []).filter((own) => own === `${name}-${flag}`),
    ]),
  );
}

/** Schedulers for caches go by the address asked for, so they need many. */
export function reachedBy({ scheduler }: { readonly scheduler: string }): 'mark' | 'address' {
  return schedulerFacts(scheduler).goesBy === 'destination' ? 'mark' : 'address';
}
