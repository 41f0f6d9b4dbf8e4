/**
 * The result file: one JSON document per run. Every report is rendered from it alone, so that a report can be
 * made again later, elsewhere, or by a program that was not there when the run was made.
 *
 * `schemaVersion` goes up when a reader of the old shape would misread the new one.
 */
import { z } from 'zod';

export const SCHEMA_VERSION = 1;

/** How a run ended, and the exit code that goes with it. */
export const EXIT_CODES = {
  passed: 0,
  failed: 1,
  usage: 2,
  environment: 3,
  untrusted: 5,
  interrupted: 130,
} as const;

const mode = z.enum(['nat', 'dr', 'tun']);

/** A place in a capture: enough to find the packet again with tcpdump or Wireshark. */
const packetReference = z.strictObject({
  /** Path of the pcap, relative to the result file. */
  capture: z.string(),
  host: z.string(),
  interface: z.string(),
  /** 1-based frame number in that pcap, as Wireshark counts. */
  frame: z.int().positive(),
  /** Seconds since the epoch, as the capture says. */
  time: z.number(),
  /** One line of what the packet is. */
  summary: z.string(),
});

const finding = z.strictObject({
  /** What is wrong, as a sentence. */
  message: z.string(),
  /** Field by field where a packet differs: what the requirement asks for and what the capture shows. */
  fields: z.array(z.strictObject({ field: z.string(), expected: z.string(), seen: z.string() })),
  packet: packetReference.optional(),
  /** A shell command that shows the packet, run from the folder of the result file. */
  command: z.string().optional(),
});

const caseResult = z.strictObject({
  /** Address of the case: `nat/reply/source`. */
  id: z.string(),
  title: z.string(),
  /** What is asked for, in one sentence. */
  requirement: z.string(),
  /** Where the requirement comes from: an RFC section, kernel behaviour, the article on LVS. */
  source: z.string(),
  mode,
  director: z.string(),
  scheduler: z.string(),
  status: z.enum(['passed', 'failed', 'skipped', 'error']),
  /** Why it was skipped or could not be judged. */
  reason: z.string().optional(),
  /** What was looked at, in words with numbers: `1204 requests on director eth1`. */
  evidence: z.string(),
  /** How many packets, answers or events the verdict rests on. A passed case rests on at least one. */
  examined: z.int().nonnegative(),
  findings: z.array(finding),
  /** Findings beyond those listed. */
  findingsLeftOut: z.int().nonnegative(),
});

/** One hop of an observed path: the packet was seen on this interface, going in this direction. */
const hop = z.strictObject({
  host: z.string(),
  interface: z.string(),
  direction: z.enum(['in', 'out']),
  /** What the packet said there: addresses, and the outer header if there is one. */
  source: z.string(),
  destination: z.string(),
  outer: z.strictObject({ source: z.string(), destination: z.string() }).optional(),
  ttl: z.int(),
  sourceMac: z.string(),
  destinationMac: z.string(),
  packet: packetReference,
});

const topology = z.strictObject({
  title: z.string(),
  vip: z.string(),
  cip: z.string(),
  dip: z.string(),
  switches: z.array(z.strictObject({ name: z.string(), label: z.string(), subnet: z.string() })),
  hosts: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(['client', 'router', 'director', 'server', 'store']),
      loopback: z.array(z.string()),
      interfaces: z.array(
        z.strictObject({
          name: z.string(),
          switch: z.string(),
          mac: z.string(),
          addresses: z.array(z.string()),
        }),
      ),
    }),
  ),
});

const capture = z.strictObject({
  host: z.string(),
  interface: z.string(),
  /** Path relative to the result file. */
  file: z.string(),
  packets: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  droppedByKernel: z.int().nonnegative(),
});

const traffic = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** The command that made it, as run in the client's namespace. */
  command: z.string(),
  requests: z.int().nonnegative(),
  errors: z.int().nonnegative(),
  durationMs: z.number(),
  requestsPerSecond: z.number().optional(),
  latencyMs: z.strictObject({ p50: z.number(), p99: z.number(), max: z.number() }).optional(),
  bytes: z.int().nonnegative(),
});

/** What one real server got, seen from outside the director. */
const serverShare = z.strictObject({
  host: z.string(),
  rip: z.string(),
  weight: z.int(),
  /** Connections that arrived at it, counted in its own capture. */
  connections: z.int().nonnegative(),
  /** Requests that it answered, as the clients counted them by its name. */
  requests: z.int().nonnegative(),
});

/** One lab that was brought up: one mode, one director, one scheduler. */
const session = z.strictObject({
  mode,
  director: z.string(),
  scheduler: z.string(),
  rules: z.array(z.string()),
  topology,
  /** How the real servers take off the outer header (TUN only). */
  decapsulation: z.string().optional(),
  bringUpMs: z.number(),
  tearDownMs: z.number(),
  traffic: z.array(traffic),
  servers: z.array(serverShare),
  captures: z.array(capture),
  /** The hops of one request and of its reply, as the captures show them. Empty if none was found. */
  path: z.strictObject({ request: z.array(hop), reply: z.array(hop) }),
  /** Logs and director state kept beside the result, relative to it. */
  files: z.array(z.string()),
});

export const resultSchema = z.strictObject({
  format: z.literal('lvs-lab result'),
  schemaVersion: z.literal(SCHEMA_VERSION),
  run: z.strictObject({
    id: z.string(),
    version: z.string(),
    command: z.string(),
    startedAt: z.iso.datetime(),
    durationMs: z.number(),
    seed: z.int(),
    machine: z.strictObject({
      kernel: z.string(),
      cpu: z.string(),
      cores: z.int(),
      memoryBytes: z.int(),
      node: z.string(),
    }),
  }),
  verdict: z.strictObject({
    status: z.enum(['passed', 'failed', 'environment', 'untrusted', 'interrupted']),
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
      available: z.boolean(),
      reason: z.string().optional(),
    }),
  ),
  sessions: z.array(session),
  cases: z.array(caseResult),
});

export type Result = z.infer<typeof resultSchema>;
export type CaseResult = z.infer<typeof caseResult>;
export type Finding = z.infer<typeof finding>;
export type PacketReference = z.infer<typeof packetReference>;
export type Session = z.infer<typeof session>;
export type SessionTopology = z.infer<typeof topology>;
export type Hop = z.infer<typeof hop>;
export type Traffic = z.infer<typeof traffic>;
export type ServerShare = z.infer<typeof serverShare>;
