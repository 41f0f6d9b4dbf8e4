/** What a bench run is asked to do. */
import type { Mode } from '../../lab/index.ts';
import { ALL_SCHEDULERS, schedulerFacts, schedulersWhere } from '../../scenarios/models/schedulers.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { OwnSetup } from '../fairness/own-setup.ts';
import type { RunOptions } from '../run/recorder.ts';
import type { Load } from '../traffic/context.ts';
import type { Required } from './required.ts';

/** How much a bench measures besides the cases; the figures take most of its time. `quick` is done in two minutes, `default` in less than seven, `full` takes as long as it needs. */
export type Profile = 'quick' | 'default' | 'full';

export const PROFILES: readonly Profile[] = ['quick', 'default', 'full'];

/** What a bench consists of, unless some of it are asked for. */
export type Part = 'conformance' | 'fairness' | 'faults' | 'throughput';

export const PARTS: readonly Part[] = ['conformance', 'fairness', 'faults', 'throughput'];

const KIB = 1024;

/** What every scheduler gets: enough to see every decision and every rewriting; judging the packets takes most of the time. */
export const LOADS: Readonly<Record<Profile, Load>> = {
  quick: { newConnections: 90, lasting: { requests: 100 }, bodyBytes: 128 * KIB },
  default: { newConnections: 150, lasting: { requests: 200 }, bodyBytes: 256 * KIB },
  full: { newConnections: 300, lasting: { durationMs: 3_000 }, bodyBytes: 4096 * KIB },
};

/** Schedulers that have live traffic unless others are asked for: in a quick run one of each kind. */
export const LIVE_SCHEDULERS: Readonly<Record<Profile, readonly string[]>> = {
  quick: schedulersWhere(({ isRepresentative }) => isRepresentative === true),
  default: ALL_SCHEDULERS,
  full: ALL_SCHEDULERS,
};

/** Where a run is about particular cases, or about a network that is wrong. */
export const ONE_SCHEDULER: readonly string[] = ['rr'];

export interface BenchOptions extends RunOptions {
  /** This repository’s unless given. */
  readonly directors?: readonly DirectorUnderTest[];
  readonly modes: readonly Mode[];
  readonly schedulers: readonly string[];
  readonly servers: number;
  /** Weights of the servers, repeated if there are more servers; chosen by scheduler if absent. */
  readonly weights?: readonly number[];
  readonly load: Load;
  readonly profile: Profile;
  readonly parts: readonly Part[];
  /** Schedulers whose fairness is measured. */
  readonly fairnessSchedulers: readonly string[];
  /** What of the user’s own is played for fairness. */
  readonly fairnessSetup: OwnSetup;
  /** Prefixes of case ids; all cases if empty. */
  readonly grep: readonly string[];
  readonly keep: boolean;
  /** What it must have tested with; whatever can be had if absent. */
  readonly required?: Required;
  /** Name of a mistake in the network that is made on purpose (`FAULTS`). */
  readonly broken?: string;
}

/** For schedulers that do not look at weights, and for those that do: these show more with unequal ones. */
const EQUAL = [1];
const UNEQUAL = [1, 2, 3];
/** Where a weight is the number of connections that a server can hold: together more than the load makes. */
const CAPACITIES = [2, 4, 8];

export function weightsFor(options: BenchOptions, scheduler: string): readonly number[] {
  if (options.weights !== undefined) return options.weights;
  const { usesWeights, weightIsCapacity } = schedulerFacts(scheduler);
  if (weightIsCapacity) return CAPACITIES;
  return usesWeights ? UNEQUAL : EQUAL;
}
