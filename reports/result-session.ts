/** The part of a result file that holds sessions: labs that were brought up, and what was seen in each. */
import { z } from 'zod';
import { finding, mode, packetReference, pathBeside } from './result-vocabulary.ts';

/** One hop of an observed path: the packet was seen on this interface, going in this direction. */
export const hop = z.strictObject({
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

export const topology = z.strictObject({
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
  file: pathBeside,
  packets: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  droppedByKernel: z.int().nonnegative(),
});

export const traffic = z.strictObject({
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
export const serverShare = z.strictObject({
  host: z.string(),
  rip: z.string(),
  weight: z.int(),
  /** Connections that arrived at it, counted in its own capture. */
  connections: z.int().nonnegative(),
  /** Requests that it answered, as the clients counted them by its name. */
  requests: z.int().nonnegative(),
});

/** Something about the network that is misconfigured, and how to fix it. */
export const misconfiguration = z.strictObject({
  /** Name of the kind: `nat-gateway`, `dr-arp`, … */
  id: z.string(),
  /** What is wrong and on which host, as a sentence. */
  message: z.string(),
  host: z.string(),
  /** Commands that fix it, to be run on that host. */
  cure: z.array(z.string()),
  /** What in the captures shows it. */
  findings: z.array(finding),
});

/** One lab that was brought up: one mode, one director, one scheduler. */
export const session = z.strictObject({
  mode,
  director: z.string(),
  scheduler: z.string(),
  rules: z.array(z.string()),
  topology,
  /** How the real servers take off the outer header (TUN only). */
  decapsulation: z.string().optional(),
  /** Of the network, in the first session that used it. */
  bringUpMs: z.number().optional(),
  traffic: z.array(traffic),
  servers: z.array(serverShare),
  captures: z.array(capture),
  /** The hops of one request and of its reply, as the captures show them. Empty if none was found. */
  path: z.strictObject({
    request: z.array(hop),
    reply: z.array(hop),
    /** All packets of that request’s connection, each once for every link that it crossed. */
    pcap: pathBeside.optional(),
  }),
  /** Logs and director state kept beside the result, relative to it. */
  files: z.array(pathBeside),
  misconfigurations: z.array(misconfiguration),
});
