/**
 * What each scheduler is, as far as a case, a measurement or a report needs to know, and its reference model: the only
 * list of such facts, in the order in which results are shown.
 */
import type { SchedulerName } from '../../director/index.ts';
import type { Model, RandomModel, TableModel } from './choice.ts';
import { dh } from './dh.ts';
import { fo } from './fo.ts';
import { lblc } from './lblc.ts';
import { lblcr } from './lblcr.ts';
import { lc } from './lc.ts';
import { mh, slotsOf } from './mh.ts';
import { nq } from './nq.ts';
import { ovf } from './ovf.ts';
import { rr } from './rr.ts';
import { sed } from './sed.ts';
import { bucketsOf, sh } from './sh.ts';
import { twosProbabilities } from './twos.ts';
import { wlc } from './wlc.ts';
import { wrr, wrrAfterEdit } from './wrr.ts';

/** `by table`: those of a table that clients meet at random. */
export type PromisedShares = 'equal' | 'by weight' | 'all to the highest weight' | 'by table';

export interface SchedulerFacts {
  /** Which server it chooses, or how likely each one is where it draws at random. */
  readonly model: Model | TableModel | RandomModel;
  /** The same for a service that had its servers already when it was given the scheduler, if that makes a difference. */
  readonly modelAfterEdit?: Model;
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
  /** Keeps servers of equal weight within one connection of each other for as long as no connection ends. */
  readonly evensOut?: true;
  /**
   * Stands for its kind in situations that are tried with few schedulers: those that take turns, that compare all
   * connections, or active ones, and each way of hashing clients.
   */
  readonly isRepresentative?: true;
  /** Which share of all connections its rule promises each server, or why it promises none, in a sentence. */
  readonly shares: PromisedShares | { readonly notPromised: string };
  /** What `ipvsadm -b` takes for it beside `flag-1` to `flag-3`, in the order of ipvsadm’s lists. */
  readonly flags?: readonly string[];
}

const TABLE: Readonly<Record<SchedulerName, SchedulerFacts>> = {
  rr: {
    model: rr,
    load: 'none',
    usesWeights: false,
    searches: true,
    takesTurns: true,
    evensOut: true,
    isRepresentative: true,
    shares: 'equal',
  },
  wrr: {
    model: wrr,
    modelAfterEdit: wrrAfterEdit,
    load: 'none',
    usesWeights: true,
    searches: true,
    takesTurns: true,
    evensOut: true,
    shares: 'by weight',
  },
  lc: {
    model: lc,
    load: 'connections',
    usesWeights: false,
    searches: true,
    evensOut: true,
    shares: {
      notPromised:
        'It evens out open connections, whatever the weights, and promises no share of those served.',
    },
  },
  wlc: {
    model: wlc,
    load: 'connections',
    usesWeights: true,
    searches: true,
    evensOut: true,
    isRepresentative: true,
    shares: { notPromised: 'It evens out open connections by weight and promises no share of those served.' },
  },
  sed: {
    model: sed,
    load: 'active connections',
    usesWeights: true,
    searches: true,
    evensOut: true,
    shares: {
      notPromised:
        'It goes where one more would wait least, so strong servers get more than their weight while there is little to do.',
    },
  },
  nq: {
    model: nq,
    load: 'active connections',
    usesWeights: true,
    searches: true,
    evensOut: true,
    isRepresentative: true,
    shares: {
      notPromised:
        'It gives idle servers work first, so weak servers get more than their weight while there is little to do.',
    },
  },
  fo: {
    model: fo,
    load: 'none',
    usesWeights: true,
    searches: true,
    shares: 'all to the highest weight',
  },
  ovf: {
    model: ovf,
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
    model: { of: sh, table: (list) => bucketsOf(list).map(({ name }) => name) },
    load: 'none',
    usesWeights: true,
    goesBy: 'client',
    searches: false,
    isRepresentative: true,
    shares: 'by table',
    flags: ['sh-fallback', 'sh-port'],
  },
  mh: {
    model: { of: mh, table: slotsOf },
    load: 'none',
    usesWeights: true,
    goesBy: 'client',
    searches: false,
    isRepresentative: true,
    shares: 'by table',
    flags: ['mh-fallback', 'mh-port'],
  },
  dh: {
    model: dh,
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
    model: lblc,
    load: 'connections',
    usesWeights: true,
    goesBy: 'destination',
    searches: true,
    shares: {
      notPromised: 'It keeps each address on one server: shares follow which addresses are asked for.',
    },
  },
  lblcr: {
    model: lblcr,
    load: 'connections',
    usesWeights: true,
    goesBy: 'destination',
    searches: true,
    shares: {
      notPromised: 'It keeps each address on few servers: shares follow which addresses are asked for.',
    },
  },
  twos: {
    model: { probabilities: twosProbabilities },
    load: 'connections',
    usesWeights: true,
    searches: true,
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
