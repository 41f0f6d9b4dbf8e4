/** `lvs-lab fairness` and `lvs-lab scale` */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { disposeLabsOnSignals, type Mode } from '../../lab/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { screenOf } from '../../reports/terminal/screen.ts';
import { statusLine } from '../../reports/terminal/status-line.ts';
import { fairnessScenarios } from '../../scenarios/fairness/index.ts';
import type { ProfileName } from '../../scenarios/fairness/scenario.ts';
import { ensure } from '../environment/install.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { exitCodeOf } from '../fairness/exit-code.ts';
import { runFairness } from '../fairness/run.ts';
import { progressBar } from '../fairness/scale/progress-bar.ts';
import { runScale } from '../fairness/scale/run.ts';
import { scaleTable } from '../fairness/scale/terminal-table.ts';
import { acrossModesTable, fairnessTables } from '../fairness/terminal-table.ts';
import { integerFrom, listOfModes, listOfSchedulers, SCHEDULER_NAMES } from './values.ts';

const MAX_SEED = 2 ** 31 - 1;
const PROFILES: readonly ProfileName[] = ['quick', 'default', 'full'];
const MOST_CONNECTIONS = 1_000_000_000;
const MOST_SERVERS = 30_000;
/** Together within two minutes at ten million connections each: in turn, by load, by hash. */
const SCALE_SCHEDULERS = ['rr', 'mh', 'wlc'];

interface FairnessFlags {
  readonly mode: Mode[];
  readonly scheduler: string[];
  readonly situation?: string[];
  readonly profile: ProfileName;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly install: boolean;
}

interface ScaleFlags {
  readonly scheduler: string[];
  readonly connections: number;
  readonly servers: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function addFairnessCommands(program: Command, onExit: (code: number) => void): void {
  program
    .command('fairness')
    .summary('measure how fairly schedulers share connections, live and in memory')
    .description(
      'Plays situations that operators know with real connections in namespaces and in memory, holds each decision ' +
        'against reference models, and says what every scheduler makes of them.',
    )
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
    .addOption(new Option('-p, --profile <name>', 'how much is played').choices(PROFILES).default('default'))
    .option('--seed <n>', 'chooses clients, times and lifetimes', integerFrom(0, MAX_SEED), 1)
    .option('-o, --out <dir>', 'folder for logs; removed afterwards unless given')
    .option('--json', 'everything as JSON, as it stands in a result file')
    .option('--no-install', 'do not install what is missing; say what it is and exit 3')
    .action(async (flags: FairnessFlags) => onExit(await fairness(flags)));

  program
    .command('scale')
    .summary('put millions of connections through schedulers and connection table in memory')
    .description(
      'Connections with heavy-tailed lifetimes over many servers, under a virtual clock: no network, no root. ' +
        'The same seed gives the same sequence of decisions, which the digest stands for.',
    )
    .addOption(
      new Option('-s, --scheduler <list>', `scheduling algorithms: ${SCHEDULER_NAMES.join(', ')}, or all`)
        .argParser(listOfSchedulers)
        .default(SCALE_SCHEDULERS, SCALE_SCHEDULERS.join(',')),
    )
    .option('-c, --connections <n>', 'connections', integerFrom(1, MOST_CONNECTIONS), 10_000_000)
    .option('-n, --servers <n>', 'real servers', integerFrom(1, MOST_SERVERS), 1_000)
    .option('--seed <n>', 'chooses clients, times and lifetimes', integerFrom(0, MAX_SEED), 1)
    .option('--json', 'results as JSON, as they stand in a result file')
    .action(async (flags: ScaleFlags) => onExit(await scale(flags)));
}

async function fairness(flags: FairnessFlags): Promise<number> {
  await ensure(requirementsFor('bench'), { install: flags.install });
  const outDirectory =
    flags.out === undefined ? await mkdtemp(join(tmpdir(), 'lvs-lab-')) : resolve(flags.out);
  const interruption = new AbortController();
  const removeLogs = async () => {
    if (flags.out === undefined) await rm(outDirectory, { recursive: true, force: true });
  };
  using _signals = disposeLabsOnSignals(
    async () => {
      await removeLogs();
      process.exit(EXIT_CODES.interrupted);
    },
    () => interruption.abort(),
  );
  const status = statusLine(process.stderr);
  try {
    const outcome = await runFairness({
      modes: flags.mode,
      schedulers: flags.scheduler,
      profile: flags.profile,
      seed: flags.seed,
      outDirectory,
      step: status.show,
      signal: interruption.signal,
      ...(flags.situation === undefined ? {} : { situations: flags.situation }),
    });
    status.clear();
    const screen = screenOf(process.stdout);
    process.stdout.write(
      flags.json
        ? `${JSON.stringify(outcome, null, 2)}\n`
        : [
            fairnessTables(outcome.fairness, screen),
            acrossModesTable(outcome.acrossModes, screen),
            outcome.scale.length > 0 ? scaleTable(outcome.scale) : '',
          ]
            .filter((part) => part !== '')
            .join('\n'),
    );
    return exitCodeOf(outcome);
  } finally {
    status.clear();
    await removeLogs();
  }
}

async function scale({ scheduler: schedulers, json, ...options }: ScaleFlags): Promise<number> {
  const bar = progressBar(process.stderr);
  const results = [];
  for (const scheduler of schedulers) {
    results.push(await runScale({ ...options, scheduler, progress: bar.show }));
    bar.clear();
  }
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : scaleTable(results));
  return EXIT_CODES.passed;
}

function listOfSituations(text: string): string[] {
  const names = fairnessScenarios.map(({ name }) => name);
  const chosen = text.split(',');
  const unknown = chosen.find((one) => !names.includes(one));
  if (unknown === undefined) return chosen;
  throw new InvalidArgumentError(`There is no situation "${unknown}"; choose from ${names.join(', ')}.`);
}
