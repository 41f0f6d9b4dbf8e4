/**
 * The result file: one JSON document per run. Every report is rendered from it alone, so that a report can be
 * made again later, elsewhere, or by a program that was not there when the run was made.
 *
 * `schemaVersion` goes up when a reader of the old shape would misread the new one.
 */
import { z } from 'zod';
import { caseResult, type flow, type rung } from './result-case.ts';
import { fault } from './result-fault.ts';
import { acrossModes, fairness, micro, mutant, scale, throughput } from './result-figures.ts';
import { flood } from './result-flood.ts';
import { generatedMutants } from './result-generated.ts';
import { replay } from './result-replay.ts';
import {
  type hop,
  type misconfiguration,
  type serverShare,
  session,
  topology,
  type traffic,
} from './result-session.ts';
import { type finding, mode, type packetReference } from './result-vocabulary.ts';

export const SCHEMA_VERSION = 3;

/** How a run ended, and the exit code that goes with it. */
export const EXIT_CODES = {
  passed: 0,
  failed: 1,
  usage: 2,
  environment: 3,
  regression: 4,
  untrusted: 5,
  interrupted: 130,
} as const;

export const resultSchema = z.strictObject({
  format: z.literal('lvs-lab result'),
  schemaVersion: z.literal(SCHEMA_VERSION),
  run: z.strictObject({
    /** Also the name of the run's folder. */
    id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: 'expected the name of a run' }),
    version: z.string(),
    /** Of the repository that the run was started in, as far as there is one: what is tested often lies there. */
    commit: z.string().optional(),
    command: z.string(),
    startedAt: z.iso.datetime(),
    durationMs: z.number(),
    seed: z.int(),
    /** How much was measured, such as `quick`; absent for runs that have no such choice. */
    profile: z.string().optional(),
    /** Which part of everything this run was, where several share the work; absent where it was all. */
    shard: z.strictObject({ index: z.int().positive(), of: z.int().positive() }).optional(),
    machine: z.strictObject({
      kernel: z.string(),
      cpu: z.string(),
      cores: z.int(),
      memoryBytes: z.int(),
      node: z.string(),
    }),
  }),
  verdict: z.strictObject({
    status: z.enum(['passed', 'failed', 'environment', 'regression', 'untrusted', 'interrupted']),
    exitCode: z.int(),
    /** Why it is not `passed`: one sentence each. */
    reasons: z.array(z.string()),
    counts: z.strictObject({
      passed: z.int().nonnegative(),
      failed: z.int().nonnegative(),
      skipped: z.int().nonnegative(),
      error: z.int().nonnegative(),
    }),
  }),
  /** Directors under test, and why one of them could not run here. */
  directors: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      /** Of the program. */
      version: z.string().optional(),
      url: z.string().optional(),
      /** What it declares that it does; any case that needs more is skipped. */
      features: z.array(z.string()).optional(),
      available: z.boolean(),
      reason: z.string().optional(),
    }),
  ),
  sessions: z.array(session),
  /** The networks on which packet cases were played, one for each mode: the flows of cases are drawn on them. */
  packetNetworks: z.array(z.strictObject({ mode, topology })).optional(),
  cases: z.array(caseResult),
  /** What this run did not cover, and why: one sentence each. */
  notCovered: z.array(z.string()),
  /** What each figure by name is, with its formula. */
  definitions: z.record(z.string(), z.string()),
  /** What the sources that cases and situations of fairness cite say, by what is cited: `article: dr-arp`, `kernel: §5.2`. */
  sources: z.record(z.string(), z.string()),
  fairness: z.array(fairness),
  acrossModes: z.array(acrossModes),
  scale: z.array(scale),
  throughput: z.array(throughput),
  mutants: z.array(mutant),
  /** Mutants generated from the sources; absent where none were. */
  generated: generatedMutants.optional(),
  /** Absent where none were measured. */
  micro: z.array(micro).optional(),
  /** What became of traffic while something failed; absent where nothing was made to fail. */
  faults: z.array(fault).optional(),
  /** What floods of SYNs did; absent where there were none. */
  floods: z.array(flood).optional(),
  /** Absent where no recordings were replayed. */
  replay: replay.optional(),
});

export type Result = z.infer<typeof resultSchema>;
export type CaseResult = z.infer<typeof caseResult>;
export type { LabKind } from './result-vocabulary.ts';
export type LadderFlow = z.infer<typeof flow>;
export type Rung = z.infer<typeof rung>;
export type Misconfiguration = z.infer<typeof misconfiguration>;
export type Finding = z.infer<typeof finding>;
export type PacketReference = z.infer<typeof packetReference>;
export type Session = z.infer<typeof session>;
export type SessionTopology = z.infer<typeof topology>;
export type Hop = z.infer<typeof hop>;
export type Traffic = z.infer<typeof traffic>;
export type ServerShare = z.infer<typeof serverShare>;
