/** The part of a result file that says what became of traffic while something failed. */
import { z } from 'zod';
import { mode } from './result-vocabulary.ts';

const connections = z.int().nonnegative();

/** One kind of traffic across one fault in one mode. */
export const fault = z.strictObject({
  /** Address such as `faults/director-restart/nat/bulk`. */
  id: z.string(),
  /** Name of the fault. */
  fault: z.string(),
  /** What was done, as a sentence. */
  title: z.string(),
  mode,
  director: z.string(),
  /** Kind of traffic. */
  traffic: z.enum(['idle', 'bulk', 'udp', 'new']),
  /** `error`: it could not be judged. */
  status: z.enum(['passed', 'failed', 'skipped', 'error']),
  reason: z.string().optional(),
  /** It was skipped since the director does not declare what it takes, or has not got the means for it. */
  isUnsupported: z.literal(true).optional(),
  /** What IPVS promises for the connections that the fault is about: they `go on`. */
  promise: z.string(),
  /** The connections that the fault is about, by what became of them. */
  affected: z.strictObject({
    kept: connections.optional(),
    moved: connections.optional(),
    reset: connections.optional(),
    closed: connections.optional(),
    silent: connections.optional(),
  }),
  /** Connections to other servers, which must go on. */
  others: z.strictObject({ connections, harmed: connections }),
  /** Requests and datagrams without an answer, of connections that had to go on. */
  lost: connections,
  /** The longest time without an answer, of connections that had to go on; absent where there are none. */
  silenceMs: z.number().nonnegative().optional(),
  /** Where the fault was made several times: the median of what was the longest each time. */
  silenceP50Ms: z.number().nonnegative().optional(),
});

export type FaultResult = z.infer<typeof fault>;
