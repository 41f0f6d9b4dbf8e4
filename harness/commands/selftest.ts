/** `lvs-lab selftest` */
import { type Command, Option } from 'commander';
import type { Terminal } from '../../reports/terminal.ts';
import { ownDirector } from '../directors/index.ts';
import { directorsCalled } from '../directors/select.ts';
import { EnvironmentMissingError } from '../environment/environment-missing-error.ts';
import { ensure } from '../environment/install.ts';
import { isPackage } from '../environment/installation.ts';
import { againInUserNamespace, canUseNamespaces } from '../environment/namespaces.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { recordRun } from '../run/record-run.ts';
import type { RunOptions } from '../run/recorder.ts';
import type { Shard } from '../run/shard.ts';
import { selectMistakes } from '../selftest/around/mistakes.ts';
import { selectMutants } from '../selftest/mutants/index.ts';
import { recordSelftest } from '../selftest/selftest.ts';
import { directorOption } from './director-option.ts';
import { commandLine, terminalFor } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import { collect, integerFrom, seedOf, shardOf } from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly director: string[];
  readonly grep: string[];
  readonly list?: boolean;
  readonly namespaces: number;
  readonly programs: number;
  readonly generated?: number;
  readonly least: number;
  readonly shard?: Shard;
  readonly json?: boolean;
  readonly seed: number;
}

const MORE_HELP = `
Each mutant is this repository's director with a single small mistake in its source, applied as the source is loaded.
The catalogue of cases must pass the unchanged director and fail every mutant. Of another director (--director) the
source is not known: the mistakes are made around it, in its rules, in its answers and in the packets that leave it, and
cases that it passes must fail with each of them. A mistake in what it does not declare is not made, and listed as such.

With --generated, mutants are not those that somebody thought of: they are made of the sources by rule (a limit one
off, a condition that is always true, a mask forgotten, two arguments swapped, a statement left out, ...) and drawn by
seed, from each area of the director in proportion to its code. They are tried in memory; what no director in memory
shows is out of reach, or with --namespaces tried on a director that runs. What cannot be told from the right one is listed, with the reason, in gate/equivalent-mutants.json. docs/verdicts.md says how to read the table.

Examples:
  lvs-lab selftest                         all of them, in memory; needs no root
  lvs-lab selftest --namespaces 10         and ten of them as running processes in network namespaces (root)
  lvs-lab selftest --programs 5            and five as programs, of which nothing but the contract is known (root)
  lvs-lab selftest --director ./lb.json    whether the cases see mistakes around your director (root)
  lvs-lab selftest --grep rr --grep sh     those whose name starts with one of these
  lvs-lab selftest --generated 1000 --seed 7             a thousand generated ones
  lvs-lab selftest --generated 200 --grep schedulers/    two hundred of what is in director/schedulers
  lvs-lab selftest --generated 300 --namespaces 300      all of three hundred, some as running directors (root)

Exit codes:
  0 every mutant was killed, or as many as --least asks
  1 one survived, or too many, or the ledger is wrong
  2 bad usage
  3 not a checkout, so there are no sources; no root
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
    .addOption(directorOption())
    .addOption(
      new Option(
        '-g, --grep <id>',
        'only mutants whose name (generated: whose file) starts with this; repeatable',
      )
        .argParser(collect)
        .default([], 'all'),
    )
    .option('-l, --list', 'list the mutants and stop')
    .option(
      '--namespaces <n>',
      'run this many in network namespaces as well; of generated ones those that no director in memory shows',
      integerFrom(0, 100_000),
      0,
    )
    .option(
      '--programs <n>',
      'run this many as programs behind the contract for any director (docs/directors.md)',
      integerFrom(0, 1000),
      0,
    )
    .option(
      '--generated <n>',
      'instead, draw this many of all mutants that rules make of the sources',
      integerFrom(1, 100_000),
    )
    .option(
      '--least <percent>',
      'generated: how many must be killed, of those that are not equivalent and not out of reach',
      integerFrom(0, 100),
      100,
    )
    .option('--shard <i/n>', 'generated: only the i-th of n shares (lvs-lab merge combines them)', shardOf)
    .option('--json', 'print the result file as JSON')
    .option('--seed <n>', 'seed for all random choices', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .addHelpText('after', MORE_HELP)
    .action(async (flags: Flags, command: Command) => {
      const { grep, namespaces, programs, seed, generated, json = false } = flags;
      const directors = await directorsCalled(flags.director);
      const hasOwn = directors.some(({ isOwn }) => isOwn);
      const hasOthers = directors.some(({ isOwn }) => !isOwn);
      if (hasOthers && namespaces + programs + (generated ?? 0) > 0) {
        command.error(
          `error: --namespaces, --programs and --generated are about the mutants of ${ownDirector.name}: give them without other directors`,
        );
      }
      if (hasOwn && isPackage) {
        throw new EnvironmentMissingError(
          'Mutants are made from the sources, which this package holds compiled: run selftest in a checkout of lvs-lab.',
        );
      }
      if (flags.list === true) {
        const listed = [
          ...(hasOwn ? selectMutants(grep).mutants : []),
          ...(hasOthers ? selectMistakes(grep) : []),
        ];
        for (const { id, sentence } of listed) {
          process.stdout.write(`${id.padEnd(34)} ${sentence}\n`);
        }
        onExit(0);
        return;
      }
      if (hasOthers || (generated !== undefined && namespaces > 0)) {
        const access = await canUseNamespaces();
        if ('reason' in access) {
          throw new EnvironmentMissingError(`No networks can be built here: ${access.reason}.\nBecome root.`);
        }
        if (access.how === 'user-namespace') return onExit(await againInUserNamespace());
        await ensure(requirementsFor('packets'), { install: true });
      }
      const { terminal, onResult } = terminalFor(json);
      const run = { ...resultFolderOf(flags), seed, command: commandLine(), onResult };
      onExit(
        generated === undefined
          ? await recordRun(run, terminal, (recorder, interruption) =>
              recordSelftest(
                recorder,
                { directors, prefixes: grep, namespaces, programs, seed },
                interruption,
              ),
            )
          : await selftestGenerated({ ...flags, generated }, run, terminal),
      );
    });
}

async function selftestGenerated(
  {
    generated: count,
    grep: prefixes,
    least,
    namespaces: running,
    seed,
    shard,
  }: Flags & { readonly generated: number },
  run: RunOptions,
  terminal: Terminal,
): Promise<number> {
  const { recordGenerated } = await withCompiler(() => import('../selftest/generated/record-generated.ts'));
  const own = { ...run, ...(shard && { shard }), isForMeasuring: true };
  return await recordRun(own, terminal, (recorder) =>
    recordGenerated(recorder, { count, prefixes, least, running, seed, shard }),
  );
}

/** The sources are read with the compiler, which an installation for use alone leaves out. */
async function withCompiler<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    import.meta.resolve('typescript');
  } catch {
    throw new EnvironmentMissingError(
      'Mutants are generated with the TypeScript compiler, which is not installed: run npm install, without --omit=dev.',
    );
  }
  return await load();
}
