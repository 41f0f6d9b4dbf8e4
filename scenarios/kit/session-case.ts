/** A case that is judged from the traffic of a whole session between real hosts. */

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
  readonly check: (evidence: Evidence) => CheckResult;
}

/** Why a case says nothing about a session with this scheduler; undefined if it does. */
export function whyNotWith({ schedulers }: SessionCase, scheduler: string): string | undefined {
  if (schedulers === undefined || schedulers.includes(scheduler)) return undefined;
  return `says something of ${schedulers.join(' and ')} only; the scheduler is ${scheduler}`;
}
