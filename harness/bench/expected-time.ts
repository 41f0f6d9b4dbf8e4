/** What the parts of a bench take on an idle machine with two processors, for the time that is left. */
import type { Profile } from './options.ts';

interface Costs {
  /** Seconds for each round of live traffic. */
  readonly round: number;
  /** Seconds for each case that is played packet by packet. */
  readonly packetCase: number;
  /** Seconds for each fault in each mode. */
  readonly fault: number;
  /** Seconds for what is played in memory for fairness. */
  readonly fairness: number;
  /** Seconds for the figures of each mode. */
  readonly throughput: number;
}

/** Rounded from the runs of a machine of 2025; only their proportions matter, as the pace of the run itself is seen soon. */
export const EXPECTED_SECONDS: Readonly<Record<Profile, Costs>> = {
  quick: { round: 0.4, packetCase: 0.03, fault: 0.5, fairness: 5, throughput: 4 },
  default: { round: 2.4, packetCase: 0.02, fault: 0.6, fairness: 6, throughput: 28 },
  full: { round: 7, packetCase: 0.02, fault: 0.6, fairness: 60, throughput: 300 },
};
