/** A mutant as a program of its own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANGE_VARIABLE, type SourceChange } from './source-change.ts';

const module = (path: string) => new URL(path, import.meta.url).href;
/** Has a process load the change that its environment holds. */
export const CHANGE_OPTION = `--import=${module('./source-change.ts')}`;

/** A program that is the director’s own, but for the change; the directors that it starts have it too. */
export async function programOf({ file, before, after }: SourceChange, directory: string): Promise<string> {
  const program = join(directory, 'director.mjs');
  const text = JSON.stringify;
  const lines = [
    `process.env.${CHANGE_VARIABLE} = ${text(text({ file, before, after }))};`,
    `process.env.NODE_OPTIONS = ${text(CHANGE_OPTION)};`,
    `await import(${text(module('./source-change.ts'))});`,
    `const { runDirector } = await import(${text(module('../../director/main.ts'))});`,
    'process.exitCode = await runDirector(process.argv.slice(2));',
  ];
  await writeFile(program, `${lines.join('\n')}\n`);
  return program;
}
