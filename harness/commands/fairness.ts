/** `lvs-lab fairness` and `lvs-lab scale` */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ALL_MODES, type Mode } from '../../lab/modes.ts';
import { MOST_CHOSEN_SERVERS, MOST_LIVE_SERVERS } from '../../scenarios/fairness/chosen-servers.ts';
import { DEFINITIONS } from '../../scenarios/fairness/figures/definitions.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';
import type { ProfileName } from '../../scenarios/fairness/scenario.ts';
import { directorsCalled } from '../directors/select.ts';
import { ensure } from '../environment/install.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { isRoot } from '../environment/rights.ts';
import { ownSetup } from '../fairness/own-setup.ts';
import { progressBar } from '../fairness/progress-bar.ts';
import { recordFairness } from '../fairness/run.ts';
import { runScale } from '../fairness/scale.ts';
import { recordRun } from '../run/record-run.ts';
import { directorOption } from './director-option.ts';
import { commandLine, terminalFor } from './output.ts';
import {
  keepRunsOption,
  outOption,
  type ResultFolderFlags,
  resultFolderOf,
} from './result-folder-options.ts';
import {
  integerFrom,
  listOfModes,
  listOfSchedulers,
  listOfWeights,
  SCHEDULER_NAMES,
  seedOf,
} from './values.ts';

const PROFILES: readonly ProfileName[] = ['quick', 'default', 'full'];
const MOST_CONNECTIONS = 1_000_000_000;
const MOST_SERVERS = 30_000;
/** Together within two minutes at ten million connections each: in turn, by load, by hash. */
const SCALE_SCHEDULERS = ['rr', 'mh', 'wlc'];

interface FairnessFlags extends ResultFolderFlags {
  readonly director: string[];
  readonly mode: Mode[];
  readonly scheduler: string[];
  readonly situation?: string[];
  readonly servers?: number;
  readonly weights?: number[];
  readonly rules?: string;
  readonly profile: ProfileName;
  readonly seed: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly install: boolean;
  readonly yes?: boolean;
}

interface ScaleFlags extends ResultFolderFlags {
  readonly scheduler: string[];
  readonly connections: number;
  readonly servers: number;
  readonly seed: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  lvs-lab fairness --scheduler wlc,mh --situation weights,restart
  lvs-lab fairness --situation weights,equal --weights 10,10,25     your weights
  lvs-lab fairness --situation equal --servers 40                   more than ${MOST_LIVE_SERVERS} servers: in memory
  ipvsadm-save -n > rules && lvs-lab fairness --rules rules         your services: connections come to each, and
                                                                    shares stand beside what its scheduler promises

Exit codes:
  0 shares are as promised
  1 they are not
  2 bad usage or rules
  3 something is missing on this machine
  5 the verdict cannot be trusted
  130 interrupted
`;

export function addFairnessCommands(program: Command, onExit: (code: number) => void): void {
  program
    .command('fairness')
    .summary('measure how fairly schedulers share connections, live and in memory')
    .description(
      'Plays situations that operators know, with real connections in namespaces and in memory, compares each ' +
        'decision with reference models, and reports how each scheduler handles them.',
    )
    .addOption(directorOption())
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes')
        .argParser(listOfModes)
        .default([...ALL_MODES], ALL_MODES.join(',')),
    )
    .addOption(
      new Option('-s, --scheduler <list>', 'scheduling algorithms')
        .argParser(listOfSchedulers)
        .default([...SCHEDULER_NAMES], 'all'),
    )
    .option(
      '--situation <list>',
      `situations: ${fairnessScenarios.map(({ name }) => name).join(', ')}`,
      listOfSituations,
    )
    .option(
      '-n, --servers <n>',
      'real servers, in situations whose servers are free to choose',
      integerFrom(1, MOST_CHOSEN_SERVERS),
    )
    .option(
      '-w, --weights <list>',
      'their weights, in order, such as 1,2,4; repeated where there are more servers',
      listOfWeights,
    )
    .addOption(
      new Option(
        '--rules <file>',
        'play each virtual service of your own rules (ipvsadm-save -n) instead of the situations',
      ).conflicts(['mode', 'scheduler', 'situation', 'servers', 'weights']),
    )
    .addOption(new Option('-p, --profile <name>', 'how much to play').choices(PROFILES).default('default'))
    .option('--seed <n>', 'seed for clients, arrival times and lifetimes', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .option('-v, --verbose', 'print every figure, situation by situation')
    .option('--json', 'print the results as JSON, as in a result file')
    .addOption(yesOption())
    .addOption(noInstallOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: FairnessFlags) => onExit(await fairness(flags)));

  program
    .command('scale')
    .summary('run millions of connections through the schedulers and the connection table, in memory')
    .description(
      'Schedules connections with heavy-tailed lifetimes over many servers, under a virtual clock: no network, no root. ' +
        'The same seed gives the same sequence of decisions, and so the same digest.',
    )
    .addOption(
      new Option('-s, --scheduler <list>', `scheduling algorithms: ${SCHEDULER_NAMES.join(', ')}, or all`)
        .argParser(listOfSchedulers)
        .default(SCALE_SCHEDULERS, SCALE_SCHEDULERS.join(',')),
    )
    .option('-c, --connections <n>', 'connections', integerFrom(1, MOST_CONNECTIONS), 10_000_000)
    .option('-n, --servers <n>', 'real servers', integerFrom(1, MOST_SERVERS), 1_000)
    .option('--seed <n>', 'seed for clients, arrival times and lifetimes', seedOf, 1)
    .addOption(outOption())
    .addOption(keepRunsOption())
    .option('--json', 'print the results as JSON, as in a result file')
    .addHelpText('after', SCALE_EXAMPLES)
    .action(async (flags: ScaleFlags) => onExit(await scale(flags)));
}

const SCALE_EXAMPLES = `
Examples:
  lvs-lab scale                                ten million connections over a thousand servers
  lvs-lab scale -s wlc,mh -c 1000000 -n 100    other schedulers, fewer connections and servers
`;

const ONLY_IN_MEMORY =
  'Without root nothing was played with real connections, only what is played in memory anyway.';

async function fairness(flags: FairnessFlags): Promise<number> {
  const directors = await directorsCalled(flags.director);
  const { mode: modes, scheduler: schedulers, situation: situations, profile, seed, json = false } = flags;
  // Rules that are wrong are refused before anything is installed or run.
  const setup = await ownSetup(flags);
  const isLive = isRoot();
  if (isLive) await ensure(requirementsFor('bench'), { install: permissionOf(flags) });
  const { terminal, onResult } = terminalFor(json, undefined, { verbose: flags.verbose ?? false });
  return recordRun({ ...runOf(flags), profile, onResult }, terminal, async (recorder) => {
    if (!isLive) recorder.notCovered.push(ONLY_IN_MEMORY);
    await recorder.lookForDirectors(directors);
    for (const director of directors) {
      await recordFairness(recorder, {
        ...{ director, schedulers, profile, seed },
        modes: modes.filter((mode) => director.modes.includes(mode)),
        ...(situations && { situations }),
        ...setup,
        isPlayedLive: !isLive,
      });
    }
  });
}

async function scale(flags: ScaleFlags): Promise<number> {
  const { scheduler: schedulers, connections, servers, seed, json = false } = flags;
  const { terminal, onResult } = terminalFor(json, (result) => result.scale);
  return recordRun({ ...runOf(flags), onResult }, terminal, async ({ figures }, interruption) => {
    const bar = progressBar(process.stderr);
    for (const scheduler of schedulers) {
      if (interruption.isInterrupted) break;
      figures.scale.push(await runScale({ scheduler, connections, servers, seed, progress: bar.show }));
      bar.clear();
    }
    Object.assign(figures.definitions, DEFINITIONS);
  });
}

function runOf(flags: ResultFolderFlags & { readonly seed: number }) {
  return { ...resultFolderOf(flags), seed: flags.seed, command: commandLine(), isForMeasuring: true };
}

function listOfSituations(text: string): string[] {
  const names = fairnessScenarios.map(({ name }) => name);
  const chosen = text.split(',');
  const unknown = chosen.find((one) => !names.includes(one));
  if (unknown === undefined) return chosen;
  throw new InvalidArgumentError(`There is no situation "${unknown}"; choose from ${names.join(', ')}.`);
}
