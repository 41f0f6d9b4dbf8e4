/** `lvs-lab faults` */
import { type Command, Option } from 'commander';
import { ALL_MODES, type Mode } from '../../lab/modes.ts';
import { FAULT_NAMES, type FaultName } from '../../scenarios/faults/model.ts';
import { directorsCalled } from '../directors/select.ts';
import { ensure } from '../environment/install.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { USUAL_LOAD } from '../faults/client-orders.ts';
import { faultsIn, recordFaults } from '../faults/run.ts';
import { recordRun } from '../run/record-run.ts';
import { directorOption, kernelOption } from './director-option.ts';
import { commandLine, terminalFor } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import { integerFrom, listOfFaults, listOfModes, seedOf } from './values.ts';

interface Flags extends ResultFolderFlags {
  readonly mode: Mode[];
  readonly profile: 'quick' | 'default';
  readonly fault?: FaultName[];
  readonly idle: number;
  readonly bulk: number;
  readonly flows: number;
  readonly repeat: number;
  readonly director: string[];
  readonly kernel?: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly install: boolean;
  readonly yes?: boolean;
}

const MOST_CONNECTIONS = 20_000;

const EXAMPLES = `
Examples:
  lvs-lab faults                              every fault in every mode
  lvs-lab faults --profile quick              a few of each kind
  lvs-lab faults --mode dr --fault link-flap  one fault in one mode
  lvs-lab faults --fault director-kill --idle 1000 --bulk 50 --repeat 20
                                              many connections across many kills
  lvs-lab faults --director nft,./lb.json --mode nat
                                              other directors: what they lack
                                              the means for is not played
  lvs-lab faults --json                       for programs

Exit codes:
  0 every promise held
  1 one was broken
  2 bad usage
  3 something is missing on this machine
  5 something could not be judged
  130 interrupted
`;

export function addFaultsCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('faults')
    .summary('make servers, links and the director fail under traffic, and see what becomes of connections')
    .description(
      'Keeps idle and busy TCP connections and UDP flows open in a network for each mode, makes one fault after the ' +
        'other, and compares what becomes of them, and of new connections, with what IPVS promises.',
    )
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes')
        .argParser(listOfModes)
        .default([...ALL_MODES], ALL_MODES.join(',')),
    )
    .addOption(
      new Option('-p, --profile <name>', 'how many of the faults')
        .choices(['quick', 'default'])
        .default('default'),
    )
    .addOption(
      new Option('-f, --fault <list>', `only these: ${FAULT_NAMES.join(', ')}`).argParser(listOfFaults),
    )
    .option(
      '--idle <n>',
      'idle TCP connections that are open',
      integerFrom(1, MOST_CONNECTIONS),
      USUAL_LOAD.idle,
    )
    .option(
      '--bulk <n>',
      'TCP connections that transfer bodies',
      integerFrom(1, MOST_CONNECTIONS),
      USUAL_LOAD.bulk,
    )
    .option('--flows <n>', 'flows of UDP datagrams', integerFrom(1, MOST_CONNECTIONS), USUAL_LOAD.flows)
    .option('--repeat <n>', 'how often each fault is made', integerFrom(1, 1000), 1)
    .addOption(directorOption())
    .addOption(kernelOption())
    .option('--seed <n>', 'seed for random scheduling decisions', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .option('-v, --verbose', 'print the summary in full')
    .option('--json', 'print the results as JSON instead of a table')
    .addOption(yesOption())
    .addOption(noInstallOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => onExit(await faults(flags)));
}

async function faults(flags: Flags): Promise<number> {
  const { mode: modes, profile, fault, seed, json = false, verbose = false } = flags;
  const { idle, bulk, flows, repeat: repeats } = flags;
  const directors = await directorsCalled(flags.director, flags.kernel);
  const load = { idle, bulk, flows };
  const selection = { modes, directors, faults: fault ?? faultsIn(profile), seed, load, repeats };
  await ensure(requirementsFor('bench'), { install: permissionOf(flags) });
  const { terminal, onResult } = terminalFor(json, (result) => result.faults, { verbose });
  const run = { ...resultFolderOf(flags), seed, profile, command: commandLine(), onResult };
  return recordRun(run, terminal, async (recorder) => {
    await recorder.lookForDirectors(directors);
    await recordFaults(recorder, selection);
  });
}
