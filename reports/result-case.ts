/** The part of a result file that holds cases: what each asks for, what came of it, and its packets. */
import { z } from 'zod';
import { finding, labKind, mode, pathBeside } from './result-vocabulary.ts';

/** One packet on its way between two hosts: a rung of a ladder whose sides are the hosts. */
export const rung = z.strictObject({
  /** Since the first packet of the case. */
  atMs: z.number(),
  from: z.string(),
  to: z.string(),
  /** Towards the service, or back from it; of ARP, a question or its answer. */
  direction: z.enum(['request', 'reply']),
  /** One line of what the packet is. */
  summary: z.string(),
  /** What the packet says, field by field in the order of the headers: outermost first. */
  fields: z.array(z.strictObject({ field: z.string(), value: z.string() })),
  /** Fields that the host `from` rewrote, where it got this packet from another host before. */
  changed: z.array(z.strictObject({ field: z.string(), before: z.string(), after: z.string() })),
});

/** The packets of one case, small enough to be shown. */
export const flow = z.strictObject({
  /** Path of the pcap cut to this case, relative to the result file: the frames on the director's interfaces. */
  pcap: pathBeside,
  /** Hosts in the order in which a ladder shows them: client, router, director, servers. */
  hosts: z.array(z.string()),
  /** In the order in which packets set out, the whole way of each in one piece: `atMs` may go back in between. */
  rungs: z.array(rung),
  /** Packets beyond those. */
  leftOut: z.int().nonnegative(),
  /** How many rungs lie in `ladders.json` beside the result file, as those of cases that passed do; `rungs` is empty then. */
  beside: z.int().positive().optional(),
});

export const caseResult = z.strictObject({
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
  /** Features that it needs of a director. Absent where that was not asked: of this repository’s own, which has them all. */
  needs: z.array(z.string()).optional(),
  /** Whether core features are enough for it. Absent as `needs`. */
  level: z.enum(['core', 'extended']).optional(),
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
