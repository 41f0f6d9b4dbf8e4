/** `lvs-lab init` */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT_CODES } from '../../reports/result.ts';
import { CONFIG_FILE } from '../config/file.ts';
import { CONFIG, WORKFLOW } from '../config/templates.ts';

const FILES = [
  { path: CONFIG_FILE, text: CONFIG },
  { path: '.github/workflows/lvs-lab.yml', text: WORKFLOW },
];

const MORE_HELP = `
Files that are there already stay as they are, and are named.

Example, in an empty folder:
  npm install --save-dev ./lvs-lab-0.1.0.tgz   the package, as "npm pack" made it
  npx lvs-lab init                             then lvs-lab.config.ts is yours to change

Exit codes:
  0 written, or there already
  1 a file could not be written
`;

export function addInitCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('init')
    .summary('write a configuration and a GitHub workflow to start from')
    .description(
      `Writes ${FILES.map(({ path }) => path).join(' and ')} into the current folder: defaults for lvs-lab, and a job that ` +
        'benches, gates and keeps the report.',
    )
    .addHelpText('after', MORE_HELP)
    .action(async () => {
      const outcomes = await Promise.all(FILES.map(write));
      for (const { said } of outcomes) process.stdout.write(`${said}\n`);
      onExit(outcomes.every(({ isDone }) => isDone) ? EXIT_CODES.passed : EXIT_CODES.failed);
    });
}

async function write({ path, text }: (typeof FILES)[number]) {
  const file = resolve(path);
  const shown = relative(process.cwd(), file);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    return { isDone: true, said: `${shown}: written` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return { isDone: true, said: `${shown}: there already, left as it is` };
    return { isDone: false, said: `${shown}: cannot be written: ${message}` };
  }
}
