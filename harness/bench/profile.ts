/** How much a bench measures besides the cases: the figures take most of its time. */

/** `quick` is done in about a minute, `default` in five, `full` takes as long as it needs. */
export type Profile = 'quick' | 'default' | 'full';

export const PROFILES: readonly Profile[] = ['quick', 'default', 'full'];

/** What a bench consists of. */
export type Part = 'conformance' | 'fairness' | 'throughput';

export const PARTS: readonly Part[] = ['conformance', 'fairness', 'throughput'];

/** Length of each timed load in a live session. */
export const LOAD_MS: Readonly<Record<Profile, number>> = { quick: 300, default: 2_000, full: 5_000 };
