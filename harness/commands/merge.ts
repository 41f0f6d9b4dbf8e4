/** `lvs-lab merge` */

import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { printable, printableJson } from '../../director/shown-text.ts';
import { renderReports } from '../../reports/render.ts';
import { EXIT_CODES, type Result } from '../../reports/result.ts';
import { screenOf, summary } from '../../reports/terminal.ts';
import { writeResult } from '../../reports/write-result.ts';
import { MergeError, merge } from '../results/merge.ts';
import { copyFiles, type ResultFile, readForMerge } from '../results/merge-folders.ts';
import { makeResultFolder, newRunId, pointLatestAt, shown, writingInto } from '../run/result-folder.ts';
import { outOption } from './result-folder-options.ts';
import { resultPath } from './values.ts';

interface Flags {
  readonly out: string;
  readonly json?: boolean;
}

const MORE_HELP = `
The verdict is derived again from the merged results. If a shard is missing or could not be trusted, the merged run is
untrusted; a case with two different outcomes is an error. Captures and logs are copied next to the merged result.

Examples:
  lvs-lab bench --shard 1/2          on one machine
  lvs-lab bench --shard 2/2          on another
  lvs-lab merge one/ two/            the same result as one unsharded bench

Exit codes: those of the merged run; 2 if results do not belong together, 5 if they contradict each other
`;

export function addMergeCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('merge')
    .summary('merge the results of a sharded run')
    .description('Merges the results of the shards of a run into one, with its reports.')
    .argument('<result...>', 'result.json of each, or the folders of the runs')
    .addOption(outOption())
    .option('--json', 'print the merged result as JSON')
    .addHelpText('after', MORE_HELP)
    .action(async (given: string[], flags: Flags, command: Command) => {
      const files = await Promise.all(given.map(async (path) => readForMerge(await resultPath(path))));
      const id = newRunId(new Date());
      try {
        onExit(
          await write(merge(files.map(({ result }) => result) as [Result, ...Result[]], id), files, flags),
        );
      } catch (error) {
        if (error instanceof MergeError) command.error(`error: ${error.message}`);
        throw error;
      }
    });
}

async function write(merged: Result, files: readonly ResultFile[], flags: Flags): Promise<number> {
  const directory = join(resolve(flags.out), merged.run.id);
  await makeResultFolder(directory);
  const missing = (await Promise.all(files.map((file) => copyFiles(file, directory)))).flat();
  const path = join(directory, 'result.json');
  await writingInto(directory, writeResult(path, merged));
  const rendered = await renderReports(merged, directory);
  await pointLatestAt(directory);
  const reports = rendered.flatMap((one) => ('file' in one ? [shown(one.file)] : []));
  process.stdout.write(
    flags.json === true
      ? printableJson(merged)
      : summary(merged, screenOf(process.stdout), [...reports, shown(path)]),
  );
  for (const file of missing) process.stderr.write(printable(`not copied, for it is not there: ${file}\n`));
  for (const one of rendered) {
    if ('error' in one)
      process.stderr.write(printable(`${one.name} was not written: ${one.error.message}\n`));
  }
  const isWhole = reports.length === rendered.length || merged.verdict.exitCode !== 0;
  return isWhole ? merged.verdict.exitCode : EXIT_CODES.untrusted;
}
