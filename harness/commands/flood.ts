/** `lvs-lab flood` */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseSetting, RuleError } from '../../director/index.ts';
import type { Mode } from '../../lab/modes.ts';
import { ownDirector } from '../directors/index.ts';
import { ensure } from '../environment/install.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { recordFloods } from '../flood/run.ts';
import { recordRun } from '../run/record-run.ts';
import { ownDirectorOption } from './director-option.ts';
import { commandLine, terminalFor } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import { duration, integerFrom, listOfModes, longDuration, seedOf } from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly mode: Mode[];
  readonly syns: number;
  readonly rate: number;
  readonly established: number;
  readonly calm: number;
  readonly drain: number;
  readonly set: string[];
  readonly seed: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly install: boolean;
  readonly yes?: boolean;
}

const MORE_HELP = `
Connections ask all the time while SYNs arrive from random addresses that never answer. The report shows how long
answers took, the size of the director's table and its memory, before, during and after the flood.

Examples:
  lvs-lab flood                                        a million SYNs in NAT
  lvs-lab flood --set conn_max=100000 --set drop_entry=1  with a bounded table, from which half-open entries are dropped
  lvs-lab flood --syns 50000 --no-drain                short: the table is not waited for

Exit codes: 0 nothing was lost or late, and the flood left nothing behind; 1 something was or did; 5 it could not be judged
`;

export function addFloodCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('flood')
    .summary('send a flood of SYNs beside established connections, and see what it does to them')
    .description(
      'Floods a director with half-open connections, and judges what established ones notice of it.',
    )
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes, one after the other')
        .argParser(listOfModes)
        .default(['nat'], 'nat'),
    )
    .option('--syns <n>', 'SYNs of the flood', integerFrom(1, 100_000_000), 1_000_000)
    .option('--rate <n>', 'SYNs a second', integerFrom(1, 10_000_000), 15_000)
    .option('--established <n>', 'connections that are established before', integerFrom(1, 10_000), 50)
    .addOption(
      new Option('--calm <time>', 'how long they are measured before the flood')
        .argParser(duration)
        .default(10_000, '10s'),
    )
    .addOption(
      new Option('--drain <time>', 'how long the table may take to drain')
        .argParser(longDuration)
        .default(180_000, '180s'),
    )
    .option('--no-drain', 'do not wait for the table to drain')
    .addOption(
      new Option('--set <setting>', 'a setting of the director, NAME=VALUE; repeatable')
        .argParser(collectSetting)
        .default([], 'none'),
    )
    .addOption(ownDirectorOption('its table and memory are asked over its control socket'))
    .option('--seed <n>', 'seed for random addresses and scheduling decisions', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .option('-v, --verbose', 'print a line for every case, and the summary in full')
    .option('--json', 'print the result as JSON')
    .addOption(yesOption())
    .addOption(noInstallOption())
    .addHelpText('after', MORE_HELP)
    .action(async (flags: Flags) => onExit(await flood(flags)));
}

function collectSetting(text: string, before: readonly string[]): string[] {
  try {
    parseSetting(text);
  } catch (error) {
    if (error instanceof RuleError) throw new InvalidArgumentError(error.message);
    throw error;
  }
  return [...before, text];
}

async function flood(flags: Flags): Promise<number> {
  const { mode: modes, syns, rate, established, calm, drain, set: settings, seed } = flags;
  const { json = false, verbose = false } = flags;
  await ensure(requirementsFor('bench'), { install: permissionOf(flags) });
  const { terminal, onResult } = terminalFor(json, (result) => result, { verbose });
  const run = { ...resultFolderOf(flags), seed, command: commandLine(), onResult };
  const load = { frames: syns, framesPerSecond: rate, established, calmMs: calm, settings, seed };
  return recordRun(run, terminal, async (recorder, interruption) => {
    await recorder.lookForDirectors([ownDirector]);
    await recordFloods(recorder, { modes, ...load, drainMs: drain || 0 }, interruption);
  });
}
