/**
 * A baseline: what a release is held against. Small enough to be kept in a repository and read in a diff: only what is gated,
 * no evidence, no paths.
 */
import { z } from 'zod';
import { timingSchema } from './timing/timing.ts';

export const BASELINE_VERSION = 1;

const facts = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()])));

export const baselineSchema = z.strictObject({
  format: z.literal('lvs-lab baseline'),
  schemaVersion: z.literal(BASELINE_VERSION),
  madeFrom: z.strictObject({
    /** Of this program. */
    version: z.string(),
    startedAt: z.iso.datetime(),
    /** Runs that timings are means of. */
    runs: z.int().positive(),
    /** Sequences and figures follow from it. */
    seed: z.int(),
    /** Timings are compared on a machine like it only. */
    machine: z.strictObject({ cpu: z.string(), cores: z.int(), kernel: z.string(), node: z.string() }),
  }),
  cases: facts,
  fairness: facts,
  acrossModes: facts,
  scale: facts,
  mutants: facts,
  allocations: facts,
  timings: z.strictObject({
    /**
     * What a whole run is off, besides what its turns are, by kind of benchmark: standard deviation of the logarithm.
     * Measured where there were several runs, assumed where there was one.
     */
    runSpreads: z.record(z.string(), z.number().nonnegative()),
    benchmarks: z.record(z.string(), timingSchema),
  }),
});

export type Baseline = z.infer<typeof baselineSchema>;
