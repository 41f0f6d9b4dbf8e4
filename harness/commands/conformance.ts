/** `lvs-lab conformance` */
import { type Command, Option } from 'commander';
import { ALL_MODES, type Mode } from '../../lab/modes.ts';
import type { LabKind } from '../../reports/result.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { SOURCE_KINDS } from '../../scenarios/kit/requirement.ts';
import { isChosen, withConfig } from '../config/apply.ts';
import { articleList, caseList, caseListJson, type SourceKind } from '../conformance/case-list.ts';
import { isInProcess, runConformance } from '../conformance/run-conformance.ts';
import { directorsCalled, UnknownDirectorError } from '../directors/select.ts';
import { EnvironmentMissingError } from '../environment/environment-missing-error.ts';
import { ensure } from '../environment/install.ts';
import { againInUserNamespace, canUseNamespaces } from '../environment/namespaces.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { requirementsFor } from '../environment/requirements.ts';
import type { Shard } from '../run/shard.ts';
import { directorOption, kernelOption } from './director-option.ts';
import { commandLine, terminalFor } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import { collect, listOfModes, seedOf, shardOf } from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly lab: Exclude<LabKind, 'live'>;
  readonly director: string[];
  readonly kernel?: string;
  readonly mode: Mode[];
  readonly grep: string[];
  readonly list?: boolean;
  readonly source?: SourceKind;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly seed: number;
  readonly shard?: Shard;
  readonly install: boolean;
  readonly yes?: boolean;
}

const EXAMPLES = `
Labs:
  memory   in this process under a virtual clock: needs no root and no other program, runs on any system
  netns    the same cases around the running director process, in network namespaces of Linux

Examples:
  lvs-lab conformance                             the whole catalogue in memory
  lvs-lab conformance --lab netns --mode dr       one mode, around the running director
  lvs-lab conformance --grep nat/reply tun/outer  only the cases whose id starts with one of these
  lvs-lab conformance --grep '*/request/ttl'      the same cases of every mode
  lvs-lab conformance --director nft,./lb.json    other directors, in namespaces (docs/directors.md)
  lvs-lab conformance --director ipvs --kernel linux-image-6.12-cloud-amd64  the IPVS of another kernel, in a guest
  lvs-lab conformance --list                      every case: its id, requirement and sources
  lvs-lab conformance --list --source article     each sentence of the article, and the cases that cover it

Sources:
  docs/sources.md has what is cited as “article: dr-arp” or “kernel: NAT, §5.2”

Exit codes:
  0 all passed
  1 a case failed, or a sentence of the article is not covered
  2 bad usage
  3 something is missing on this machine
  5 the verdict cannot be trusted (nothing selected, a case not judged)
  130 interrupted
`;

export function addConformanceCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('conformance')
    .summary('play the catalogue of cases packet by packet, in memory or around the running director')
    .description(
      'Plays every case of the catalogue with scripted hosts, judges it by the captures of every link, and writes ' +
        'result.json, report.html, report.md, junit.xml and a small capture of each case.',
    )
    .addOption(
      new Option('-l, --lab <lab>', 'where to play the cases').choices(['memory', 'netns']).default('memory'),
    )
    .addOption(directorOption())
    .addOption(kernelOption())
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes')
        .argParser(listOfModes)
        .default([...ALL_MODES], ALL_MODES.join(',')),
    )
    .addOption(
      new Option(
        '-g, --grep <id...>',
        'only cases whose id starts with one of these; * stands for one name in it',
      )
        .argParser(collect)
        .default([], 'all'),
    )
    .option('--list', 'list the cases and stop')
    .addOption(
      new Option('--source <kind>', 'with --list: only cases with this kind of source').choices(SOURCE_KINDS),
    )
    .option('--json', 'print the result file, or the list, as JSON')
    .option('-v, --verbose', 'print a line for every case, and the summary in full')
    .option('--seed <n>', 'seed for all random choices', seedOf, 1)
    .option(
      '--shard <i/n>',
      'do only the i-th of n shares of the work (lvs-lab merge combines them)',
      shardOf,
    )
    .addOption(outOption())
    .addOption(keepRunsOption())
    .addOption(yesOption())
    .addOption(noInstallOption('netns: do not install missing packages; list them and exit 3'))
    .addHelpText('after', EXAMPLES)
    .action(async (given: Flags, command: Command) => {
      const flags = await withConfig(given, command);
      if (flags.source !== undefined && flags.list !== true) {
        command.error('error: --source needs --list');
      }
      const chosen = (option: string) => isChosen(command, option);
      onExit(flags.list === true ? list(flags) : await conformance(flags, chosen));
    });
}

function list({ source, json = false, mode, grep }: Flags): number {
  const { stdout, stderr } = process;
  if (source !== 'article' || json) {
    const listed = { ...(source !== undefined && { source }), modes: mode, grep };
    stdout.write(json ? caseListJson(listed) : caseList(listed, stdout.isTTY === true));
    return EXIT_CODES.passed;
  }
  const { text, problems } = articleList(stdout.isTTY === true);
  stdout.write(text);
  for (const problem of problems) stderr.write(`${problem}\n`);
  return problems.length === 0 ? EXIT_CODES.passed : EXIT_CODES.failed;
}

/** @param isChosen Whether an option was given. */
async function conformance(flags: Flags, isChosen: (option: string) => boolean): Promise<number> {
  const directors = await directorsCalled(flags.director, flags.kernel);
  const outside = directors.find((one) => !isInProcess(one));
  if (outside !== undefined && isChosen('lab') && flags.lab === 'memory') {
    throw new UnknownDirectorError(
      `${outside.name} cannot be played in memory: only ts and ipvs in a guest (--kernel) can. Leave out --lab, or give --lab netns.`,
    );
  }
  // What is set beside others is played as they are.
  const lab = outside === undefined ? flags.lab : 'netns';
  const { mode: modes, grep, seed, json = false, verbose = false } = flags;
  const { terminal, onResult } = terminalFor(json, undefined, { verbose });
  if (lab === 'netns') {
    const access = await canUseNamespaces();
    if ('reason' in access) {
      throw new EnvironmentMissingError(
        `No networks can be built here: ${access.reason}.\nBecome root, or play the catalogue in memory: lvs-lab conformance`,
      );
    }
    if (access.how === 'user-namespace') return againInUserNamespace();
    await ensure(requirementsFor('packets'), { install: permissionOf(flags) });
  }
  return runConformance(
    {
      lab,
      directors,
      notesNeeds: isChosen('director'),
      longOnesInMemory: outside !== undefined,
      modes,
      grep,
      seed,
      ...(flags.shard && { shard: flags.shard }),
      ...resultFolderOf(flags),
      command: commandLine(),
      onResult,
    },
    terminal,
  );
}
