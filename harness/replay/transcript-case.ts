/** Recorded sessions of `ipvsadm`: command lines, what they printed, and how that is compared. */
import { z } from 'zod';
import type { Output } from '../../lab/ipvsadm.ts';

const commandSchema = z.strictObject({
  cmd: z.string(),
  stdin: z.string().optional(),
  rc: z.int(),
  stdout: z.string(),
  stderr: z.string(),
});

/** What was sent through the director between two commands, in words. */
const trafficSchema = z.strictObject({ traffic: z.string() });

export const transcriptsSchema = z.object({
  groups: z.array(
    z.object({
      group: z.string(),
      note: z.string().optional(),
      /** Each group starts from an empty table. */
      commands: z.array(z.union([commandSchema, trafficSchema])),
    }),
  ),
  /** Host names by address. */
  hosts: z.record(z.string(), z.string()).default({}),
});

export type Transcripts = z.infer<typeof transcriptsSchema>;
export type TranscriptGroup = Transcripts['groups'][number];
export type RecordedCommand = z.infer<typeof commandSchema>;

const CONNECTIONS_TITLE = 'IPVS connection entries\n';
const TIME_LEFT = /^(\S+ +)\d+:\d\d /;

/** What differs, a line each: anything but the order and the times of connections. */
export function compareOutput(recorded: RecordedCommand, seen: Output): string[] {
  const findings: string[] = [];
  if (recorded.rc !== seen.exitCode)
    findings.push(`recorded: exit code ${recorded.rc}; seen: ${seen.exitCode}`);
  for (const stream of ['stdout', 'stderr'] as const) {
    const difference = firstDifference(comparable(recorded[stream]), comparable(seen[stream]));
    if (difference !== undefined) findings.push(`${stream}, ${difference}`);
  }
  return findings;
}

/** The order of connections depends on a random key, and their time left on the moment of the command. */
function comparable(text: string): string {
  if (!text.startsWith(CONNECTIONS_TITLE)) return text;
  const [title, columns, ...rows] = text.split('\n');
  const timeless = rows.map((row) => row.replace(TIME_LEFT, '$1--:-- '));
  return [title, columns, ...timeless.sort()].join('\n');
}

function firstDifference(recorded: string, seen: string): string | undefined {
  if (recorded === seen) return undefined;
  const [wanted, got] = [recorded.split('\n'), seen.split('\n')];
  const at = wanted.findIndex((line, i) => line !== got[i]);
  const line = at < 0 ? wanted.length : at;
  return `line ${line + 1}: recorded ${quoted(wanted[line])}; seen ${quoted(got[line])}`;
}

function quoted(line: string | undefined): string {
  return line === undefined ? 'nothing more' : JSON.stringify(line);
}
