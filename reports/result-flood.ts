/** The part of a result file that says what a flood of SYNs did to established connections and to the director. */
import { z } from 'zod';
import { series } from './result-figures.ts';
import { mode } from './result-vocabulary.ts';

const amount = z.number().nonnegative();

/** A flood in one mode. */
export const flood = z.strictObject({
  /** Address such as `flood/nat`. */
  id: z.string(),
  mode,
  director: z.string(),
  /** SYNs that were sent, and how many a second were to be. */
  sentFrames: amount,
  framesPerSecond: amount,
  /** Connections that were established before, and those of them that were lost. */
  established: amount,
  lost: amount,
  /** Frames that the director had no time for, as it says. */
  untakenFrames: amount,
  /** Requests of established connections before, during and after it, and the most that the director took. */
  phases: z.array(
    z.strictObject({
      phase: z.enum(['before', 'during', 'after']),
      requests: amount,
      p50Ms: amount,
      p99Ms: amount,
      mostConnections: amount,
      mostMemoryBytes: amount,
    }),
  ),
  /** The same over time, for plots. */
  series: z.array(series),
});

export type FloodResult = z.infer<typeof flood>;
