/** `lvs-lab report` */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { readResult } from '../../reports/read-result.ts';
import { renderReports } from '../../reports/render.ts';
import { screenOf, summary } from '../../reports/terminal.ts';

const LATEST = fileURLToPath(new URL('../../reports/out/latest', import.meta.url));

export function addReportCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('report')
    .summary('make the reports of a result again')
    .description('Renders report.html, report.md and junit.xml from a result file, and prints its summary.')
    .argument('[result]', 'result.json, or the folder of a run', LATEST)
    .option('-o, --out <dir>', 'folder for the reports; beside the result if absent')
    .option('--json', 'print the result file instead')
    .action(async (path: string, flags: { out?: string; json?: boolean }) => {
      onExit(await report(path, flags));
    });
}

async function report(given: string, flags: { out?: string; json?: boolean }): Promise<number> {
  const isDirectory = await stat(given)
    .then((found) => found.isDirectory())
    .catch(() => false);
  const path = resolve(isDirectory ? join(given, 'result.json') : given);
  const result = await readResult(path);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  }
  const resultDirectory = dirname(path);
  const rendered = await renderReports(result, flags.out ?? resultDirectory, { resultDirectory });
  const files = rendered.flatMap((one) => ('file' in one ? [one.file] : []));
  process.stdout.write(summary(result, screenOf(process.stdout), files));
  for (const one of rendered) {
    if ('error' in one) process.stderr.write(`${one.name} was not written: ${one.error.message}\n`);
  }
  return files.length === rendered.length ? 0 : 5;
}
