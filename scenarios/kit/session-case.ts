/** A case that is judged from the traffic of a whole session between real hosts. */

import type { FeatureName } from '../features.ts';
import type { Finding } from './finding.ts';
import type { Requirement } from './requirement.ts';
import type { Evidence } from './session/evidence.ts';

export interface CheckResult {
  /** Packets, answers or events that the verdict rests on. With none of them nothing was proven. */
  readonly examined: number;
  /** What was looked at, in words with numbers. */
  readonly evidence: string;
  readonly findings: readonly Finding[];
}

export interface SessionCase extends Requirement {
  /** Schedulers for which it means something; all if absent. */
  readonly schedulers?: readonly string[];
  /** Judged from what real clients and servers say, not from captures and counters alone: a scripted one cannot stand in. */
  readonly needsRealServers?: boolean;
  /** What it needs of a director beside the mode, TCP and the scheduler: packets that reach the servers as the clients sent them, unless given. */
  readonly needs?: readonly FeatureName[];
  /** Whether each decision must be IPVS’s own. */
  readonly needsOrder?: boolean;
  readonly check: (evidence: Evidence) => CheckResult;
  /** The same by the scheduler’s policy alone, for directors that declare no more of it; asked only where it has one. */
  readonly checkPolicy?: (evidence: Evidence) => CheckResult;
}

/** Why a case says nothing about a session with this scheduler; undefined if it does. */
export function whyNotWith({ schedulers }: SessionCase, scheduler: string): string | undefined {
  if (schedulers === undefined || schedulers.includes(scheduler)) return undefined;
  return `says something of ${schedulers.join(' and ')} only; the scheduler is ${scheduler}`;
}

/** What a case needs of a director whose service goes by this scheduler. */
export function needsOfSession(
  { needs = ['end-to-end'], needsOrder }: SessionCase,
  scheduler: string,
): FeatureName[] {
  return [
    ...needs,
    'protocol/tcp',
    `scheduler/${scheduler}`,
    ...(needsOrder === true ? [`order/${scheduler}`] : []),
  ];
}
