/** What several parts of a result file use. */
import { z } from 'zod';
import { ALL_MODES } from '../lab/modes.ts';

export const mode = z.enum(ALL_MODES);

/** A path that stays in the folder of the result file, whoever wrote it. */
export const pathBeside = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/s, {
  error: 'expected a path that stays in the folder of the result file',
});

/** What a case was tried in: real servers and clients, scripted hosts around a running director, or all in memory. */
export const labKind = z.enum(['live', 'netns', 'memory']);

export type LabKind = z.infer<typeof labKind>;

/** A place in a capture: enough to find the packet again with tcpdump or Wireshark. */
export const packetReference = z.strictObject({
  /** Path of the pcap, relative to the result file. */
  capture: pathBeside,
  host: z.string(),
  interface: z.string(),
  /** 1-based frame number in that pcap, as Wireshark counts. */
  frame: z.int().positive(),
  /** Seconds since the epoch, as the capture says. */
  time: z.number(),
  /** One line of what the packet is. */
  summary: z.string(),
});

export const finding = z.strictObject({
  /** What is wrong, as a sentence. */
  message: z.string(),
  /** Field by field where a packet differs: what the requirement asks for and what the capture shows. */
  fields: z.array(z.strictObject({ field: z.string(), expected: z.string(), seen: z.string() })),
  packet: packetReference.optional(),
  /** A shell command that shows the packet, run from the folder of the result file. */
  command: z.string().optional(),
});
