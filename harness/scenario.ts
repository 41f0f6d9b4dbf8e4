/** What a scenario is: one requirement, and the function that judges from the evidence of a session whether it held. */
import type { Mode } from '../lab/index.ts';
import type { Finding } from '../reports/result.ts';
import type { Evidence } from './evidence.ts';

export interface Outcome {
  /** Packets, answers or events that the verdict rests on. With none of them nothing was proven. */
  readonly examined: number;
  /** What was looked at, in words with numbers. */
  readonly evidence: string;
  readonly findings: readonly Finding[];
}

export interface Scenario {
  /** Address below the mode: `reply/source` is `nat/reply/source` in NAT. */
  readonly name: string;
  readonly title: string;
  /** What is asked for, in one sentence. */
  readonly requirement: string;
  /** Where that comes from. */
  readonly source: string;
  readonly modes: readonly Mode[];
  /** Schedulers for which it means something; all if absent. */
  readonly schedulers?: readonly string[];
  readonly check: (evidence: Evidence) => Outcome;
}

export const ALL_MODES: readonly Mode[] = ['nat', 'dr', 'tun'];

/** The address of a scenario in a mode, by which people select it and find it again. */
export function caseId(scenario: Scenario, mode: Mode): string {
  return `${mode}/${scenario.name}`;
}
