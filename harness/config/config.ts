/** A project's own defaults for `lvs-lab`: `lvs-lab.config.ts` in the current folder. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { CodedError } from '../../director/coded-error.ts';
import { MAX_SERVERS } from '../../lab/index.ts';
import { ALL_MODES, type Mode } from '../../lab/modes.ts';
import { ALL_SCHEDULERS } from '../../scenarios/models/schedulers.ts';
import { PARTS, PROFILES } from '../bench/options.ts';
import { REQUIRABLE } from '../bench/required.ts';
import { configPath } from './file.ts';

const schema = z
  .strictObject({
    /** Directors under test, by name or by the file that describes them (`docs/directors.md`). */
    director: z.array(z.string()).min(1),
    mode: z.array(z.enum(ALL_MODES as [Mode, ...Mode[]])).min(1),
    scheduler: z.array(z.enum(ALL_SCHEDULERS as [string, ...string[]])).min(1),
    /** Real servers. */
    servers: z.int().min(1).max(MAX_SERVERS),
    profile: z.enum(PROFILES),
    part: z.array(z.enum(PARTS)).min(1),
    /** What a run must have tested with. */
    require: z.enum(REQUIRABLE),
    /** File of rules whose services are played for fairness. */
    rules: z.string(),
    /** Folder for results. */
    out: z.string(),
    /** Of `lvs-lab gate`. */
    baseline: z.string(),
    /** File with the cases that are known to fail. */
    expected: z.string(),
    /** Smallest slowdown that the gate must detect, in percent; the option's value is the fraction. */
    effect: z
      .number()
      .gt(0)
      .lt(100)
      .transform((percent) => percent / 100),
  })
  .partial();

/** Each has the name and the meaning of the option of the command line, which goes before it. */
export type Config = z.infer<typeof schema>;

/** A configuration that cannot be used. Exit code 2. */
export class ConfigError extends CodedError {
  readonly code = 'CONFIG';
}

/**
 * The configuration in the current folder; an empty one if it has no such file.
 *
 * @throws ConfigError naming the file, and what in it is not as it must be.
 */
export async function readConfig(): Promise<Config> {
  const file = configPath();
  if (!existsSync(file)) return {};
  const { default: given } = await load(file);
  const parsed = schema.safeParse(given ?? null);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${file}: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
}

async function load(file: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw new ConfigError(
      `${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
