/** What one scheduler came to in one situation in one mode: how connections were shared, and whether as promised. */
import type { Mode } from '../../../lab/index.ts';

export interface SituationResult {
  /** Address such as `fairness/weights/nat/wrr`. */
  id: string;
  /** Name of the situation: `equal`, `weights`, `speeds`, `restart`, … */
  situation: string;
  title: string;
  mode: Mode;
  director: string;
  scheduler: string;
  lab: 'live' | 'netns' | 'memory';
  status: 'passed' | 'failed' | 'skipped' | 'error' | 'shown';
  reason?: string | undefined;
  /** Why as many connections were made: the effect that they would show. */
  sample: {
    connections: number;
    /** Smallest relative change of one server's share that is detected. */
    detectableEffect: number;
    alpha: number;
    power: number;
  };
  servers: ServerShare[];
  /** Figures by name. Absent where one means nothing. */
  figures: Record<string, number>;
  /** Names of figures that must be the same to the digit in every run with this seed. */
  deterministic: string[];
  /** Comparison with the predicted order of decisions, for schedulers that leave nothing to chance. */
  sequence?: { compared: number; different: number; digest: string } | undefined;
  series: Series[];
  /** What the figures say, in a sentence or two. */
  conclusion: string;
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
