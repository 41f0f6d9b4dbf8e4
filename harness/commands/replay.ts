/** `lvs-lab replay` */
import { glob, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Argument, type Command } from 'commander';
import { replayFiles } from '../replay/index.ts';

const GOLDEN = fileURLToPath(new URL('../../test/golden', import.meta.url));

const RECORDING = /\/(?:(?:decisions|states)\/[^/]+|packets\/(?:.+\/)?case)\.json$/;

export function addReplayCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('replay')
    .summary('hold the director against recordings of the kernel’s IPVS, in memory')
    .description(
      'Puts each recorded case through the director’s core under a virtual clock and compares every decision, count, ' +
        'state, timer and packet with what the kernel did. Shows the first difference of a case.\n\n' +
        'Exit codes: 0 all equal, 1 something differs, 2 a file cannot be read.',
    )
    .addArgument(new Argument('[file...]', 'recordings, or folders of them').default([GOLDEN], 'test/golden'))
    .option('--json', 'cases and steps, equal and different, of each file')
    .action(async (given: string[], flags: { json?: boolean }) => {
      const files = (await Promise.all(given.map(recordingsIn))).flat();
      const { stdout, stderr } = process;
      onExit(await replayFiles(files, { json: flags.json ?? false, stdout, stderr }));
    });
}

/** The file itself, or the recordings below a folder, which lie in folders of known names. */
async function recordingsIn(path: string): Promise<string[]> {
  const isDirectory = await stat(path)
    .then((found) => found.isDirectory())
    .catch(() => false);
  if (!isDirectory) return [path];
  const files = await Array.fromAsync(glob('**/*.json', { cwd: path }), (name) => resolve(path, name));
  return files
    .filter((file) => RECORDING.test(file))
    .sort()
    .map((file) => relative(process.cwd(), file));
}
