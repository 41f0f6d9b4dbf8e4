/** Every scheduling algorithm of IPVS, by the name that `-s` takes. */

import type { SchedulerFactory } from '../services/scheduler.ts';
import { destinationHashing } from './dh.ts';
import { failover } from './fo.ts';
import { localityLeastConnections } from './lblc.ts';
import { localityLeastConnectionsReplicated } from './lblcr.ts';
import { leastConnections } from './lc.ts';
import { maglevHashing } from './mh.ts';
import { neverQueue } from './nq.ts';
import { overflow } from './ovf.ts';
import { roundRobin } from './rr.ts';
import { shortestExpectedDelay } from './sed.ts';
import { sourceHashing } from './sh.ts';
import { powerOfTwoChoices } from './twos.ts';
import { weightedLeastConnections } from './wlc.ts';
import { weightedRoundRobin } from './wrr.ts';

export const SCHEDULERS = {
  rr: roundRobin,
  wrr: weightedRoundRobin,
  lc: leastConnections,
  wlc: weightedLeastConnections,
  lblc: localityLeastConnections,
  lblcr: localityLeastConnectionsReplicated,
  dh: destinationHashing,
  sh: sourceHashing,
  sed: shortestExpectedDelay,
  nq: neverQueue,
  fo: failover,
  ovf: overflow,
  mh: maglevHashing,
  twos: powerOfTwoChoices,
} satisfies Record<string, SchedulerFactory>;

export type SchedulerName = keyof typeof SCHEDULERS;
