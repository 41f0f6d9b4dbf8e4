/** The part of a result file that holds mutants generated from the director’s sources, and what became of them. */
import { z } from 'zod';

/**
 * `killed`: a case failed. `survived`: no case that runs the changed code failed. `uncovered`: no case runs it.
 * `unreachable`: its file is no part of a director in memory, and it was not tried as one that runs. `equivalent`: it lives, and is known to behave as the right
 * director does.
 */
const fate = z.enum(['killed', 'survived', 'uncovered', 'unreachable', 'equivalent']);

const generatedMutant = z.strictObject({
  /** Below `director/`. */
  file: z.string(),
  line: z.int().positive(),
  area: z.string(),
  /** What kind of mistake it is. */
  operator: z.string(),
  /** The lines that it changes, right and wrong. */
  before: z.string(),
  after: z.string(),
  /** From 1: which one it is of those in this file with the same two texts. */
  nth: z.int().positive(),
  status: fate,
  /** Whether it was tried as a running director, in network namespaces; in memory if absent. */
  isRunning: z.literal(true).optional(),
  /** The first case that failed: it found something, could not be played, did not end, or took the process with it. */
  killedBy: z
    .strictObject({
      id: z.string(),
      kind: z.enum(['finding', 'broken', 'endless', 'died']),
      message: z.string(),
    })
    .optional(),
  /** Cases that it is tried on: those in which the changed code comes out otherwise. 0 of one that survived: none does. */
  cases: z.int().nonnegative(),
  /** Of an equivalent one: why nothing can tell it from the right director. */
  reason: z.string().optional(),
});

export const generatedMutants = z.strictObject({
  /** How many were drawn, for all shards together. */
  drawn: z.int().nonnegative(),
  /** Lines of code that a mistake can be made on, by area: areas are drawn from in this proportion. */
  lines: z.record(z.string(), z.int().nonnegative()),
  /** What an operator does, by its name. */
  operators: z.record(z.string(), z.string()),
  /** Percentage that had to be killed. */
  least: z.number(),
  mutants: z.array(generatedMutant),
  /** For each case: mutants that it was tried on, and how many of them it killed. A case that has killed one need not try more. */
  cases: z.array(
    z.strictObject({ name: z.string(), tried: z.int().nonnegative(), killed: z.int().nonnegative() }),
  ),
});

export type GeneratedMutants = z.infer<typeof generatedMutants>;
export type GeneratedMutant = z.infer<typeof generatedMutant>;
