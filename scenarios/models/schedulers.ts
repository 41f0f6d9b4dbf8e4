/**
 * What each scheduler is, as far as a case, a measurement or a report needs to know: the only list of such facts, in the
 * order in which results are shown. How each one decides is in its reference model.
 */
import type { SchedulerName } from '../../director/index.ts';

/** `by table`: those of a table that clients meet at random. */
export type PromisedShares = 'equal' | 'by weight' | 'all to the highest weight' | 'by table';

export interface SchedulerFacts {
  /**
   * What of a server’s load it compares: all connections, of which active ones weigh more; active ones alone, of which
   * UDP has none; or nothing.
   */
  readonly load: 'none' | 'connections' | 'active connections';
  readonly usesWeights: boolean;
  /** A weight is the number of connections that a server can hold, and no share of them. */
  readonly weightIsCapacity?: true;
  /** The address of a packet that leads to the same server again: the client’s, or the one asked for, as caches need it. */
  readonly goesBy?: 'client' | 'destination';
  /** Looks for a server that can be had; the others compute one, and refuse the connection where that one cannot be had. */
  readonly searches: boolean;
  /** Gives each server its turn, so two connections in a row never go to one of several servers of equal weight. */
  readonly takesTurns?: true;
  /** Draws at random, so that no model says what it chooses. */
  readonly isRandom?: true;
  /** Which share of all connections its rule promises each server, or why it promises none, in a sentence. */
  readonly shares: PromisedShares | { readonly notPromised: string };
  /** What `ipvsadm -b` takes for it beside `flag-1` to `flag-3`, in the order of ipvsadm’s lists. */
  readonly flags?: readonly string[];
}

const TABLE: Readonly<Record<SchedulerName, SchedulerFacts>> = {
  rr: { load: 'none', usesWeights: false, searches: true, takesTurns: true, shares: 'equal' },
  wrr: { load: 'none', usesWeights: true, searches: true, takesTurns: true, shares: 'by weight' },
  lc: {
    load: 'connections',
    usesWeights: false,
    searches: true,
    shares: {
      notPromised:
        'It evens out open connections, whatever the weights, and promises no share of those served.',
    },
  },
  wlc: {
    load: 'connections',
    usesWeights: true,
    searches: true,
    shares: { notPromised: 'It evens out open connections by weight and promises no share of those served.' },
  },
  sed: {
    load: 'active connections',
    usesWeights: true,
    searches: true,
    shares: {
      notPromised:
        'It goes where one more would wait least, so strong servers get more than their weight while there is little to do.',
    },
  },
  nq: {
    load: 'active connections',
    usesWeights: true,
    searches: true,
    shares: {
      notPromised:
        'It gives idle servers work first, so weak servers get more than their weight while there is little to do.',
    },
  },
  fo: { load: 'none', usesWeights: true, searches: true, shares: 'all to the highest weight' },
  ovf: {
    load: 'active connections',
    usesWeights: true,
    weightIsCapacity: true,
    searches: true,
    shares: {
      notPromised:
        'It fills the server with the highest weight before the next, up to as many open connections as its weight says.',
    },
  },
  sh: {
    load: 'none',
    usesWeights: true,
    goesBy: 'client',
    searches: false,
    shares: 'by table',
    flags: ['sh-fallback', 'sh-port'],
  },
  mh: {
    load: 'none',
    usesWeights: true,
    goesBy: 'client',
    searches: false,
    shares: 'by table',
    flags: ['mh-fallback', 'mh-port'],
  },
  dh: {
    load: 'none',
    usesWeights: false,
    goesBy: 'destination',
    searches: false,
    shares: {
      notPromised:
        'It deals out addresses, one bucket each, whatever the weights: shares follow which addresses are asked for.',
    },
  },
  lblc: {
    load: 'connections',
    usesWeights: true,
    goesBy: 'destination',
    searches: true,
    shares: {
      notPromised: 'It keeps each address on one server: shares follow which addresses are asked for.',
    },
  },
  lblcr: {
    load: 'connections',
    usesWeights: true,
    goesBy: 'destination',
    searches: true,
    shares: {
      notPromised: 'It keeps each address on few servers: shares follow which addresses are asked for.',
    },
  },
  twos: {
    load: 'connections',
    usesWeights: true,
    searches: true,
    isRandom: true,
    shares: {
      notPromised:
        'It draws two servers by weight and takes the less loaded: close to the weights, but no share is promised.',
    },
  },
};

export const ALL_SCHEDULERS = Object.keys(TABLE) as readonly SchedulerName[];

/** @throws RangeError for a name that is no scheduler’s. */
export function schedulerFacts(scheduler: string): SchedulerFacts {
  if (!Object.hasOwn(TABLE, scheduler)) throw new RangeError(`there is no scheduler ${scheduler}`);
  return TABLE[scheduler as SchedulerName];
}

/** The schedulers of which something is true: `schedulersWhere(({ searches }) => searches)`. */
export function schedulersWhere(holds: (facts: SchedulerFacts) => boolean): SchedulerName[] {
  return ALL_SCHEDULERS.filter((name) => holds(TABLE[name]));
}
