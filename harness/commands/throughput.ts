/** `lvs-lab throughput` */
import { type Command, Option } from 'commander';
import { ALL_MODES, type Mode } from '../../lab/modes.ts';
import { measuredDirectors } from '../directors/index.ts';
import { directorsCalled } from '../directors/select.ts';
import { ensure, installIfPossible } from '../environment/install.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { recordRun } from '../run/record-run.ts';
import { fastPathComparison } from '../throughput/fast-path-comparison.ts';
import { budgets, type ThroughputProfile } from '../throughput/profiles.ts';
import { recordThroughput } from '../throughput/run.ts';
import { directorOption } from './director-option.ts';
import { commandLine, terminalFor } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import { duration, listOfModes, seedOf } from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly director: string[];
  readonly mode: Mode[];
  readonly profile: ThroughputProfile;
  readonly seed: number;
  readonly trial?: number;
  readonly fastPath?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly install: boolean;
  readonly yes?: boolean;
}

const EXAMPLES = `
Examples:
  lvs-lab throughput                           every measure in every mode
  lvs-lab throughput --mode nat -p quick       some of them, in one mode
  lvs-lab throughput --director ts,./lb.json   two directors in turn, beside the same references
  lvs-lab throughput --director ts,ts-off      the director with and without its fast path
  lvs-lab throughput --fast-path               the fast path, and how its cost grows
`;

export function addThroughputCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('throughput')
    .summary(
      'measure how fast the director is, alternating with nftables, HAProxy, plain forwarding and no director',
    )
    .addOption(directorOption(measuredDirectors))
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes')
        .argParser(listOfModes)
        .default([...ALL_MODES], ALL_MODES.join(',')),
    )
    .addOption(
      new Option('-p, --profile <name>', 'how long to measure')
        .choices(Object.keys(budgets))
        .default('default'),
    )
    .addOption(
      new Option(
        '-t, --trial <time>',
        'how long a non-drop or partial drop rate has to hold (default: set by --profile; RFC 2544 has 60s)',
      ).argParser(duration),
    )
    .addOption(
      new Option(
        '--fast-path',
        'compare the places of the fast path (tcx, XDP, none) with nftables, plain forwarding and a bare XDP redirect, ' +
          'on links that take frames as a driver would, and show how cost grows with flows and frame sizes',
      ).conflicts(['director', 'profile', 'trial']),
    )
    .option('--seed <n>', 'seed for random scheduling decisions', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .option('-v, --verbose', 'print every figure, measure by measure')
    .option('--json', 'print the results as JSON instead of tables')
    .addOption(yesOption())
    .addOption(noInstallOption('do not install packages for references and servers'))
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => onExit(await throughput(flags)));
}

/** Fails only where something could not be measured: a reference that is missing is shown as such. */
async function throughput(flags: Flags): Promise<number> {
  const { mode: modes, profile, trial, seed, fastPath = false, json = false } = flags;
  const { directors = await directorsCalled(flags.director, undefined, measuredDirectors) } = fastPath
    ? fastPathComparison
    : {};
  await ensure(requirementsFor('bench'), { install: permissionOf(flags) });
  await installIfPossible(requirementsFor('throughput'), { install: permissionOf(flags) });
  const { terminal, onResult } = terminalFor(json, (result) => result.throughput, {
    verbose: flags.verbose ?? false,
  });
  const run = {
    ...resultFolderOf(flags),
    seed,
    profile,
    command: commandLine(),
    isForMeasuring: true,
    onResult,
  };
  return recordRun(run, terminal, async (recorder) => {
    await recorder.lookForDirectors(directors);
    await recordThroughput(recorder, {
      directors,
      modes,
      profile,
      seed,
      ...(trial !== undefined && { confirmMs: trial }),
      ...(fastPath && { comparison: fastPathComparison }),
    });
  });
}
