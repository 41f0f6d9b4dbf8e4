/** What a bench run is asked to do. */
import type { Mode } from '../../lab/index.ts';
import { schedulerFacts } from '../../scenarios/models/schedulers.ts';
import type { OwnSetup } from '../fairness/own-setup.ts';
import type { RunOptions } from '../run/recorder.ts';

/** How much a bench measures besides the cases; the figures take most of its time. `quick` is done in about a minute, `default` in five, `full` takes as long as it needs. */
export type Profile = 'quick' | 'default' | 'full';

export const PROFILES: readonly Profile[] = ['quick', 'default', 'full'];

/** What a bench consists of. */
export type Part = 'conformance' | 'fairness' | 'throughput';

export const PARTS: readonly Part[] = ['conformance', 'fairness', 'throughput'];

/** Length of each timed load in a live session. */
export const LOAD_MS: Readonly<Record<Profile, number>> = { quick: 300, default: 2_000, full: 5_000 };

export interface BenchOptions extends RunOptions {
  readonly modes: readonly Mode[];
  readonly schedulers: readonly string[];
  readonly servers: number;
  /** Weights of the servers, repeated if there are more servers; chosen by scheduler if absent. */
  readonly weights?: readonly number[];
  readonly durationMs: number;
  readonly profile: Profile;
  readonly parts: readonly Part[];
  /** Schedulers whose fairness is measured. */
  readonly fairnessSchedulers: readonly string[];
  /** What of the user’s own is played for fairness. */
  readonly fairnessSetup: OwnSetup;
  /** Prefixes of case ids; all cases if empty. */
  readonly grep: readonly string[];
  readonly keep: boolean;
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
