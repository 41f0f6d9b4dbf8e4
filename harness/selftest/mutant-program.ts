/** A mutant as programs of its own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Programs } from './running/life.ts';
import { CHANGE_VARIABLE, type SourceChange } from './source-change.ts';

const module = (path: string) => new URL(path, import.meta.url).href;
/** Has a process load the change that its environment holds. */
export const CHANGE_OPTION = `--import=${module('./source-change.ts')}`;

/** The director’s own programs. */
export const RIGHT_PROGRAMS: Programs = {
  director: fileURLToPath(new URL('../../director/main.ts', import.meta.url)),
  batch: fileURLToPath(new URL('running/batch.ts', import.meta.url)),
};

/** Programs that are the director’s own, but for the change; the directors that they start have it too. */
export async function programsOf(change: SourceChange, directory: string): Promise<Programs> {
  const { file, before, after } = change;
  const text = JSON.stringify;
  const programOf = async (name: string, ...call: readonly string[]) => {
    const program = join(directory, `${name}.mjs`);
    const lines = [
      `process.env.${CHANGE_VARIABLE} = ${text(text({ file, before, after }))};`,
      `process.env.NODE_OPTIONS = ${text(CHANGE_OPTION)};`,
      `await import(${text(module('./source-change.ts'))});`,
      ...call,
    ];
    await writeFile(program, `${lines.join('\n')}\n`);
    return program;
  };
  return {
    director: await programOf(
      'director',
      `const { runDirector } = await import(${text(module('../../director/main.ts'))});`,
      'process.exitCode = await runDirector(process.argv.slice(2));',
    ),
    batch: await programOf('batch', `await import(${text(module('./running/batch.ts'))});`),
  };
}
