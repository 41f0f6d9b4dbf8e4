/** The parts of a result file that hold measured figures: fairness, scale, throughput, and the self-test's table. */
import { z } from 'zod';
import { labKind, mode } from './result-vocabulary.ts';

/** One mutant of the self-test: what was changed in this repository’s director or around another one, and which cases killed it. */
export const mutant = z.strictObject({
  id: z.string(),
  /** What it does wrong, as a sentence. */
  sentence: z.string(),
  /** The source file that was changed, and how; absent where the mistake is made around a director. */
  file: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  /** The director that the mistake is made around; absent where it is in the source of this repository’s. */
  director: z.string().optional(),
  lab: labKind,
  /** Whether it was played as a program of which nothing but the contract for directors is known. */
  isExternal: z.boolean().optional(),
  status: z.enum(['killed', 'survived', 'error']),
  /** Case that is meant to kill it. */
  expected: z.string(),
  killedBy: z.array(z.strictObject({ id: z.string(), message: z.string() })),
  durationMs: z.number(),
});

/** Values over time or over connections, for plots. `lines` by name, each as long as `x`. */
export const series = z.strictObject({
  name: z.string(),
  xLabel: z.string(),
  yLabel: z.string(),
  x: z.array(z.number()),
  lines: z.record(z.string(), z.array(z.number())),
});

/** How a figure is known: its value alone, or with an interval of the given confidence. */
const interval = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Such as 0.95. */
  confidence: z.number(),
  samples: z.int().positive(),
});

/** One test of a sample, and the smallest error that it detects with the given power. */
const sampleTest = z.strictObject({
  /**
   * `decisions`: each one is compared with that of another implementation; the effect is the fraction of decisions that
   * go to another server. `shares`: χ² of the connections of all servers; the effect is a relative change of the smallest
   * share. `probabilities`: each random draw is held against its probabilities; the effect is a relative change of the
   * smallest one.
   */
  of: z.enum(['decisions', 'shares', 'probabilities']),
  /** What decisions are compared with: `the reference model`. */
  against: z.string().optional(),
  detectableEffect: z.number(),
  /** Probability of an alarm where nothing is wrong; 0 where nothing is left to chance. */
  alpha: z.number(),
  /** Probability of an alarm where the effect is there. */
  power: z.number(),
});

/** How connections were shared in one situation by one scheduler in one mode. */
export const fairness = z.strictObject({
  /** Address such as `fairness/weights/nat/wrr`. */
  id: z.string(),
  /** Name of the situation: `equal`, `weights`, `speeds`, `restart`, … */
  situation: z.string(),
  title: z.string(),
  /** Where what is asked of the situation comes from, as in a case. */
  source: z.string(),
  mode,
  /** Why the mode makes no difference: then there is one result for all modes, under the first of them. */
  sameInEveryMode: z.string().optional(),
  director: z.string(),
  scheduler: z.string(),
  lab: labKind,
  status: z.enum(['passed', 'failed', 'skipped', 'error', 'shown']),
  reason: z.string().optional(),
  /** How much was looked at, and what the tests that were made of it can detect. */
  sample: z.strictObject({ connections: z.int().nonnegative(), tests: z.array(sampleTest) }),
  servers: z.array(
    z.strictObject({
      host: z.string(),
      weight: z.int(),
      connections: z.int().nonnegative(),
      requests: z.int().nonnegative(),
      bytes: z.int().nonnegative(),
      /** Share that the scheduler's rule entitles it to; absent where the rule promises none. */
      idealShare: z.number().optional(),
    }),
  ),
  /** Figures by name; `definitions` of the result says what each one is. Absent where it means nothing. */
  figures: z.record(z.string(), z.number()),
  /** Figures that must be the same to the digit in every run with this seed. */
  deterministic: z.array(z.string()),
  /** Comparison with the predicted order of decisions, for schedulers that leave nothing to chance. */
  sequence: z
    .strictObject({ compared: z.int().nonnegative(), different: z.int().nonnegative(), digest: z.string() })
    .optional(),
  series: z.array(series),
  /** Where a service of a user’s own rules was played: what stands in them, and what was played for it. */
  mapping: z.array(z.strictObject({ yours: z.string(), lab: z.string() })).optional(),
  /** What the figures say, in a sentence or two. */
  conclusion: z.string(),
});

/** How one scheduler decided in each mode, given the same connections and seed. */
export const acrossModes = z.strictObject({
  /** As in `fairness`: which connections they were. */
  situation: z.string().optional(),
  scheduler: z.string(),
  connections: z.int().nonnegative(),
  /** Digest of the sequence of servers, by mode. */
  digests: z.partialRecord(mode, z.string()),
  alike: z.boolean(),
  mustBeAlike: z.boolean(),
  /** Modes that must decide alike, whatever the others do, because the director sees the same in them, and did not. */
  unlike: z.array(mode).optional(),
  /** Whose predictions every decision was as, mode by mode: `the reference model`. Absent where there are none. */
  asPredictedBy: z.string().optional(),
  reason: z.string(),
});

/** A quantity measured turn by turn, beside references. */
const inTurns = {
  /** One value a turn, in the order in which they were taken; 0 where nothing came through. */
  samples: z.array(z.number()),
  /** Of the turns that gave something. */
  geometricMean: z.number(),
  /** This director's value divided by a reference's: the geometric mean over the turns in which both gave something. */
  ratios: z.array(z.strictObject({ reference: z.string(), ratio: interval })),
};

/** One quantity of one director (or reference) in one mode, measured in turns with the others of its group. */
export const throughput = z.strictObject({
  /** Address such as `throughput/packets/nat/ts`. */
  id: z.string(),
  /** What is measured: `packets`, `connections`, `requests`, `latency`. */
  measure: z.string(),
  title: z.string(),
  mode,
  /** `ts`, or a reference: `direct`, `forward`, `nft`, `haproxy`, `xdp-redirect`. */
  director: z.string(),
  status: z.enum(['measured', 'skipped', 'error']),
  reason: z.string().optional(),
  unit: z.string(),
  /** Of a rate of frames: of how many flows they are, and how large, as Ethernet counts. */
  flows: z.int().positive().optional(),
  frameBytes: z.int().positive().optional(),
  /** Whether more is better. */
  higherIsBetter: z.boolean(),
  ...inTurns,
  /**
   * The median latency of each turn, where the rate is given: how many a second were answered says only whether the rate was
   * kept, and what is compared is the latency.
   */
  medianLatencyMs: z.strictObject(inTurns).optional(),
  latencyMs: z
    .strictObject({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number(), samples: z.int() })
    .optional(),
  /** Points of the latency distribution for a plot: fraction of requests, and latency in milliseconds. */
  latencyDistribution: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** Of all frames offered while rates were tried, most of them too high: shares lost on the link to the director, and in it. */
  lost: z.strictObject({ onLink: z.number(), inside: z.number() }).optional(),
  /** CPU time each role used, as a share of one core; `softirq` is the kernel's outside of processes, `others` all that belongs to no role. */
  cpu: z.record(z.string(), z.number()),
  /** What limited it: one of `LIMITS`; empty where nothing was measured. */
  bottleneck: z.string(),
});

/** A run of schedulers and connection table alone, in memory under a virtual clock. */
export const scale = z.strictObject({
  scheduler: z.string(),
  connections: z.int().nonnegative(),
  servers: z.int().positive(),
  durationMs: z.number(),
  peakConnections: z.int().nonnegative(),
  memoryBytes: z.int().nonnegative(),
  figures: z.record(z.string(), z.number()),
  digest: z.string(),
});

/** What a part of the director costs, measured by itself: a figure of a micro-benchmark. */
export const micro = z.strictObject({
  group: z.string(),
  name: z.string(),
  value: z.number(),
  unit: z.enum(['ns', 'ms', 'bytes']),
  /** Something simple that does the same or less, measured beside it. */
  reference: z.strictObject({ name: z.string(), value: z.number() }).optional(),
  /** What it must not exceed. */
  goal: z.number().optional(),
  /** Whether it is the same in every run: heap taken by a call is, time is not. */
  deterministic: z.boolean(),
});

export type MutantResult = z.infer<typeof mutant>;
export type Interval = z.infer<typeof interval>;
export type FairnessResult = z.infer<typeof fairness>;
export type SampleTest = z.infer<typeof sampleTest>;
export type AcrossModes = z.infer<typeof acrossModes>;
export type ScaleResult = z.infer<typeof scale>;
export type ThroughputResult = z.infer<typeof throughput>;
export type MicroFigure = z.infer<typeof micro>;
