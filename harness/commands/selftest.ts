/** `lvs-lab selftest` */
import { type Command, Option } from 'commander';
import { createTerminal } from '../../reports/terminal.ts';
import { EnvironmentMissingError } from '../environment/environment-missing-error.ts';
import { isPackage } from '../environment/installation.ts';
import { recordRun } from '../run/record-run.ts';
import { selectMutants } from '../selftest/mutants/index.ts';
import { recordSelftest } from '../selftest/selftest.ts';
import { commandLine } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import { collect, integerFrom, seedOf } from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly grep: string[];
  readonly list?: boolean;
  readonly namespaces: number;
  readonly programs: number;
  readonly seed: number;
}

const MORE_HELP = `
Each mutant is the director with a single small mistake in its source, applied as the source is loaded. The
catalogue of cases must pass the unchanged director and fail every mutant.

Examples:
  lvs-lab selftest                         all of them, in memory; needs no root
  lvs-lab selftest --namespaces 10         and ten of them as running processes in network namespaces (root)
  lvs-lab selftest --programs 5            and five as programs, of which nothing but the contract is known (root)
  lvs-lab selftest --grep rr --grep sh     those whose name starts with one of these

Exit codes:
  0 every mutant was killed   1 one survived   2 bad usage   3 not a checkout, so there are no sources
  5 nothing was proven: the unchanged director does not pass, or no mutant was selected
`;

export function addSelftestCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('selftest')
    .summary('prove that the catalogue kills mutants')
    .description(
      'Runs the catalogue of cases against more than a hundred mutants of the director, and shows which case ' +
        'killed which mutant.',
    )
    .addOption(
      new Option('-g, --grep <id>', 'only mutants whose name starts with this; repeatable')
        .argParser(collect)
        .default([], 'all'),
    )
    .option('-l, --list', 'list the mutants and stop')
    .option('--namespaces <n>', 'run this many in network namespaces as well', integerFrom(0, 1000), 0)
    .option(
      '--programs <n>',
      'run this many as programs behind the contract for any director (docs/directors.md)',
      integerFrom(0, 1000),
      0,
    )
    .option('--seed <n>', 'seed for all random choices', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .addHelpText('after', MORE_HELP)
    .action(async (flags: Flags) => {
      const { grep, namespaces, programs, seed } = flags;
      if (isPackage) {
        throw new EnvironmentMissingError(
          'Mutants are made from the sources, which this package holds compiled: run selftest in a checkout of lvs-lab.',
        );
      }
      if (flags.list === true) {
        for (const { id, sentence } of selectMutants(grep).mutants) {
          process.stdout.write(`${id.padEnd(34)} ${sentence}\n`);
        }
        onExit(0);
        return;
      }
      const run = {
        ...resultFolderOf(flags),
        seed,
        command: commandLine(),
      };
      onExit(
        await recordRun(run, createTerminal(), (recorder) =>
          recordSelftest(recorder, { prefixes: grep, namespaces, programs, seed }),
        ),
      );
    });
}
