/**
 * The result file: one JSON document per run. Every report is rendered from it alone, so that a report can be
 * made again later, elsewhere, or by a program that was not there when the run was made.
 *
 * `schemaVersion` goes up when a reader of the old shape would misread the new one.
 */
import { z } from 'zod';
import { acrossModes, fairness, micro, mutant, scale, throughput } from './result-figures.ts';
import { replay } from './result-replay.ts';
import { labKind, mode } from './result-vocabulary.ts';

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

/** One packet on its way between two hosts: a rung of a ladder whose sides are the hosts. */
const rung = z.strictObject({
  /** Since the first packet of the case. */
  atMs: z.number(),
  from: z.string(),
  to: z.string(),
  /** One line of what the packet is. */
  summary: z.string(),
  /** What the packet says, field by field in the order of the headers: outermost first. */
  fields: z.array(z.strictObject({ field: z.string(), value: z.string() })),
  /** Fields that the host `from` rewrote, where it got this packet from another host before. */
  changed: z.array(z.strictObject({ field: z.string(), before: z.string(), after: z.string() })),
});

/** The packets of one case, small enough to be shown. */
const flow = z.strictObject({
  /** Path of the pcap cut to this case, relative to the result file: the frames on the director's interfaces. */
  pcap: z.string(),
  /** Hosts in the order in which a ladder shows them: client, router, director, servers. */
  hosts: z.array(z.string()),
  /** In the order in which packets set out, the whole way of each in one piece: `atMs` may go back in between. */
  rungs: z.array(rung),
  /** Packets beyond those. */
  leftOut: z.int().nonnegative(),
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
  lab: labKind,
  status: z.enum(['passed', 'failed', 'skipped', 'error']),
  durationMs: z.number().optional(),
  /** Why it was skipped or could not be judged. */
  reason: z.string().optional(),
  /** What was looked at, in words with numbers: `1204 requests on director eth1`. */
  evidence: z.string(),
  /** How many packets, answers or events the verdict rests on. A passed case rests on at least one. */
  examined: z.int().nonnegative(),
  findings: z.array(finding),
  /** Findings beyond those listed. */
  findingsLeftOut: z.int().nonnegative(),
  /** Absent for cases that are judged from the traffic of a whole session, unless one of its packets was wrong. */
  flow: flow.optional(),
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

/** Something about the network that is set up wrongly, and how to mend it. */
const misconfiguration = z.strictObject({
  /** Name of the kind: `nat-gateway`, `dr-arp`, … */
  id: z.string(),
  /** What is wrong and on which host, as a sentence. */
  message: z.string(),
  host: z.string(),
  /** Commands that mend it, to be run on that host. */
  cure: z.array(z.string()),
  /** What in the captures shows it. */
  findings: z.array(finding),
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
  misconfigurations: z.array(misconfiguration),
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
  fairness: z.array(fairness),
  acrossModes: z.array(acrossModes),
  scale: z.array(scale),
  throughput: z.array(throughput),
  mutants: z.array(mutant),
  /** Absent where none were measured. */
  micro: z.array(micro).optional(),
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
