/** The file that describes a director which is a program of its own: `--director ./lb.json`. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../../../director/coded-error.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { ALL_ABILITIES, ALL_FAMILIES, ALL_FEATURE_PROTOCOLS } from '../../../scenarios/features.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';

const schema = z.strictObject({
  $schema: z.string().optional(),
  /** In results, of the folders with its evidence, and of its host where several are measured in turns. */
  name: z.string().regex(/^[a-z][a-z0-9]{0,9}$/, 'expected a name of at most ten small letters and digits'),
  description: z.string().min(1),
  version: z.string().optional(),
  url: z.url().optional(),
  /** The program and its first arguments; the verb follows. A path is relative to this file. */
  command: z.array(z.string()).min(1),
  /** `changes`: further lines of `ipvsadm -R`, as they come. `whole`: all rules each time, as `ipvsadm -S -n` prints them. */
  rules: z.enum(['changes', 'whole']).default('changes'),
  /** The longest time that a packet takes through it. */
  quietMs: z.int().min(0).max(10_000).default(50),
  modes: z.array(z.enum(ALL_MODES)).min(1),
  families: z.array(z.enum(ALL_FAMILIES)).default(['ipv4']),
  protocols: z.array(z.enum(ALL_FEATURE_PROTOCOLS)).min(1),
  schedulers: z.partialRecord(z.enum(ALL_SCHEDULERS), z.enum(['exact', 'policy'])),
  abilities: z.array(z.enum(ALL_ABILITIES)).default([]),
});

export interface Description extends z.infer<typeof schema> {
  /** Folder of the file, in which the program is run. */
  readonly directory: string;
}

/** The file cannot be read, or does not describe a director. */
export class DescriptionError extends CodedError {
  readonly code = 'DIRECTOR_DESCRIPTION';
}

/** @throws DescriptionError that names the field and what is expected there. */
export async function readDescription(file: string): Promise<Description> {
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new DescriptionError(`The director’s description cannot be read: ${error.message}`);
  });
  const parsed = schema.safeParse(jsonOf(text, file));
  if (parsed.success) return { ...parsed.data, directory: dirname(path) };
  const faults = parsed.error.issues.map(
    ({ path: field, message }) => `  ${field.join('.') || 'the whole file'}: ${message}`,
  );
  throw new DescriptionError(
    `${file} does not describe a director:\n${faults.join('\n')}\ndocs/directors.md says what belongs in it.`,
  );
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DescriptionError(`${file} is no JSON: ${(error as Error).message}`);
  }
}
