/** The director’s source files. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DIRECTOR = fileURLToPath(new URL('../../../director/', import.meta.url));

/** By path below `director/`, in the order of their names. */
export function directorSources(): Map<string, string> {
  const files = globSync('**/*.ts', { cwd: DIRECTOR }).sort();
  return new Map(files.map((file) => [file, readFileSync(`${DIRECTOR}${file}`, 'utf8')]));
}
