/** `lvs-lab soak` */
import { type Command, Option } from 'commander';
import type { Mode } from '../../lab/modes.ts';
import { ownDirector } from '../directors/index.ts';
import { ensure } from '../environment/install.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { recordRun } from '../run/record-run.ts';
import { recordSoak } from '../soak/run.ts';
import { ownDirectorOption } from './director-option.ts';
import { commandLine, terminalFor } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import { listOfModes, longDuration, seedOf } from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly mode: Mode[];
  readonly duration: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly install: boolean;
  readonly yes?: boolean;
}

const MORE_HELP = `
New connections, lasting ones, changes of rules, restarts of drained servers and, halfway, of the director. After each round
its memory, open files and connections and the latency of requests are sampled. Something grows where its slope, with
a 95 % interval, comes to more than chance and the tolerance that is printed beside it.

Examples:
  lvs-lab soak --duration 1h                   an hour in NAT
  lvs-lab soak --mode nat,dr,tun -d 10m        ten minutes in each mode

Exit codes: 0 nothing grows and every request was answered; 1 something does; 5 the run was too short to tell
`;

export function addSoakCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('soak')
    .summary('keep a director busy for hours, and see whether anything grows')
    .description(
      'Keeps a director under traffic and changes for long, and judges the slope of what it needs.',
    )
    .addOption(
      new Option('-d, --duration <time>', 'how long in each mode, such as 1h, 30m or 90s')
        .argParser(longDuration)
        .default(3_600_000, '1h'),
    )
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes, one after the other')
        .argParser(listOfModes)
        .default(['nat'], 'nat'),
    )
    .addOption(ownDirectorOption('its memory, files and connections are asked over its control socket'))
    .option('--seed <n>', 'seed for random scheduling decisions', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .option('-v, --verbose', 'print a line for every case, and the summary in full')
    .option('--json', 'print the result as JSON')
    .addOption(yesOption())
    .addOption(noInstallOption())
    .addHelpText('after', MORE_HELP)
    .action(async (flags: Flags) => onExit(await soak(flags)));
}

async function soak(flags: Flags): Promise<number> {
  const { mode: modes, duration: durationMs, seed, json = false, verbose = false } = flags;
  await ensure(requirementsFor('bench'), { install: permissionOf(flags) });
  const { terminal, onResult } = terminalFor(json, (result) => result, { verbose });
  const run = { ...resultFolderOf(flags), seed, command: commandLine(), onResult };
  return recordRun(run, terminal, async (recorder, interruption) => {
    await recorder.lookForDirectors([ownDirector]);
    await recordSoak(recorder, { modes, durationMs, seed }, interruption);
  });
}
