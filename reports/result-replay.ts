/** The part of a result file that holds replayed recordings of the kernel's IPVS. */
import { z } from 'zod';

/** How many were as recorded. */
const tally = z.strictObject({
  total: z.int().nonnegative(),
  equal: z.int().nonnegative(),
  different: z.int().nonnegative(),
});

/** The first thing in a case that was not as recorded. */
const difference = z.strictObject({
  case: z.string(),
  /** Index of the step from 0; -1 for the state before the first one. */
  step: z.int().min(-1),
  /** What was done, in words. */
  action: z.string(),
  /** What differs, a line each: recorded and seen. */
  findings: z.array(z.string()),
  /** The scheduler's and the servers' state before the step, a line each. */
  before: z.array(z.string()),
});

/** One file of recordings, replayed through the director's core in memory. */
const recording = z.strictObject({
  /** Its path, as the command was given it. */
  file: z.string(),
  format: z.string(),
  cases: tally,
  steps: tally,
  /** Steps that cannot be carried out in memory, and are not among `steps`. */
  notPlayed: z.int().nonnegative(),
  /** Of each case that differs, the first difference. */
  differences: z.array(difference),
});

export const replay = z.strictObject({
  files: z.array(recording),
  /** Files that could not be replayed, and why. */
  errors: z.array(z.strictObject({ file: z.string(), error: z.string() })),
});

export type Replay = z.infer<typeof replay>;
export type ReplayedRecording = z.infer<typeof recording>;
export type ReplayDifference = z.infer<typeof difference>;
