/** Recorded sessions of `ipvsadm`: command lines, and what they printed. */
import { z } from 'zod';

const commandSchema = z.strictObject({
  cmd: z.string(),
  stdin: z.string().optional(),
  rc: z.int(),
  stdout: z.string(),
  stderr: z.string(),
});

/** What was sent through the director at that point, in words. */
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
  /** Names of addresses. */
  hosts: z.record(z.string(), z.string()).default({}),
});

export type Transcripts = z.infer<typeof transcriptsSchema>;
export type TranscriptGroup = Transcripts['groups'][number];
export type RecordedCommand = z.infer<typeof commandSchema>;
