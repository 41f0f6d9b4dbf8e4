/**
 * Makes this process load one of the director's source files with a change in it. Loaded before everything else:
 * `node --import harness/selftest/source-change.ts …`, with the change in the environment. The right sources stay as
 * they are, without a switch in them, and the mutant is wrong in the very line in which a person would be.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Variable of the environment that holds the change as JSON: a `SourceChange`. */
export const CHANGE_VARIABLE = 'LVS_LAB_SOURCE_CHANGE';

export interface SourceChange {
  /** Below `director/`. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** The source with the change in it. Throws unless what is to be changed occurs exactly once. */
export function changed(source: string, { file, before, after }: SourceChange): string {
  const places = source.split(before).length - 1;
  if (places === 1) return source.replace(before, () => after);
  throw new Error(`director/${file} holds the text to be changed ${places} times, expected once: ${before}`);
}

/** The director's source file of this name, as it is on disk. */
export function directorSource(file: string): URL {
  return new URL(`../../director/${file}`, import.meta.url);
}

const given = process.env[CHANGE_VARIABLE];
if (given !== undefined) {
  const change = JSON.parse(given) as SourceChange;
  const target = directorSource(change.file);
  // Said at once: a change that does not fit must not pass for a director that is right.
  const source = changed(readFileSync(target, 'utf8'), change);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      return url === target.href ? { ...loaded, source } : loaded;
    },
  });
}
