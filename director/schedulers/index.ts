/** Every scheduling algorithm of IPVS, by the name that `-s` takes. */
import { roundRobin } from './rr.ts';
import type { SchedulerFactory } from './scheduler.ts';
import { weightedLeastConnections } from './wlc.ts';
import { weightedRoundRobin } from './wrr.ts';

export const SCHEDULERS: Readonly<Record<string, SchedulerFactory>> = {
  rr: roundRobin,
  wrr: weightedRoundRobin,
  wlc: weightedLeastConnections,
};

/** Names that IPVS has and this director does not (yet); asking for one is refused by name. */
export const UNSUPPORTED_SCHEDULERS = [
  'lc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'mh',
  'twos',
];
