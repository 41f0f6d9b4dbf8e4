/** What one scheduler came to in one situation in one mode: how connections were shared, and whether as promised. */
import type { Mode } from '../../../lab/index.ts';

export interface SituationResult {
  /** Address such as `fairness/weights/nat/wrr`. */
  id: string;
  /** Name of the situation: `equal`, `weights`, `speeds`, `restart`, … */
  situation: string;
  title: string;
  /** Where what is asked of the situation comes from, as in a case. */
  source: string;
  mode: Mode;
  /** Why the mode makes no difference: then there is one result for all modes, under the first of them. */
  sameInEveryMode?: string | undefined;
  director: string;
  scheduler: string;
  lab: 'live' | 'netns' | 'memory';
  status: 'passed' | 'failed' | 'skipped' | 'error' | 'shown';
  reason?: string | undefined;
  /** How much was looked at, and what the tests that were made of it can detect. */
  sample: {
    connections: number;
    /** None where nothing was compared, or only with itself. */
    tests: SampleTest[];
  };
  servers: ServerShare[];
  /** Figures by name. Absent where one means nothing. */
  figures: Record<string, number>;
  /** Names of figures that must be the same to the digit in every run with this seed. */
  deterministic: string[];
  /** Comparison with the predicted order of decisions, for schedulers that leave nothing to chance. */
  sequence?: { compared: number; different: number; digest: string } | undefined;
  series: Series[];
  /** Where a service of a user’s own rules was played: what stands in them, and what was played for it. */
  mapping?: { yours: string; lab: string }[] | undefined;
  /** What the figures say, in a sentence or two. */
  conclusion: string;
}

/** One test of a sample, and the smallest error that it detects with the given power. */
export interface SampleTest {
  /**
   * `decisions`: each one is compared with that of another implementation; the effect is the fraction of decisions that
   * go to another server. `shares`: χ² of the connections of all servers; the effect is a relative change of the smallest
   * share. `probabilities`: each random draw is held against its probabilities; the effect is a relative change of the
   * smallest one.
   */
  of: 'decisions' | 'shares' | 'probabilities';
  /** What decisions are compared with: `the reference model`. */
  against?: string | undefined;
  detectableEffect: number;
  /** Probability of an alarm where nothing is wrong; 0 where nothing is left to chance. */
  alpha: number;
  /** Probability of an alarm where the effect is there. */
  power: number;
}

export interface ServerShare {
  host: string;
  weight: number;
  connections: number;
  requests: number;
  bytes: number;
  /** Share that the scheduler's rule entitles it to; absent where the rule promises none. */
  idealShare?: number | undefined;
}

/** Values over time or over connections, for plots. `lines` by name, each as long as `x`. */
export interface Series {
  name: string;
  xLabel: string;
  yLabel: string;
  x: number[];
  lines: Record<string, number[]>;
}
