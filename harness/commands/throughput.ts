/** `lvs-lab throughput` */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { disposeLabsOnSignals, type Mode } from '../../lab/index.ts';
import { ALL_MODES } from '../../lab/modes.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { screenOf } from '../../reports/terminal/screen.ts';
import { ensure, installIfPossible } from '../environment/install.ts';
import { requirementsFor } from '../environment/requirements.ts';
import { budgets, type ThroughputProfile } from '../throughput/profiles.ts';
import { runThroughput } from '../throughput/run.ts';
import { throughputTables } from '../throughput/table.ts';
import { integerFrom, listOfModes } from './values.ts';

const DEFAULT_OUT = fileURLToPath(new URL('../../reports/out/throughput', import.meta.url));
const MAX_SEED = 2 ** 31 - 1;

interface Flags {
  readonly mode: Mode[];
  readonly profile: ThroughputProfile;
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
  readonly install: boolean;
}

export function addThroughputCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('throughput')
    .summary(
      'measure how fast the director is, in turns with nftables, HAProxy, plain forwarding and no director',
    )
    .addOption(
      new Option('-m, --mode <list>', 'forwarding modes')
        .argParser(listOfModes)
        .default([...ALL_MODES], ALL_MODES.join(',')),
    )
    .addOption(
      new Option('-p, --profile <name>', 'how long it may take')
        .choices(Object.keys(budgets))
        .default('default'),
    )
    .option('--seed <n>', 'for what is random in scheduling', integerFrom(0, MAX_SEED), 1)
    .addOption(
      new Option('-o, --out <dir>', 'folder for logs and throughput.json').default(
        DEFAULT_OUT,
        'reports/out/throughput',
      ),
    )
    .option('--json', 'print the results as JSON instead of tables')
    .option('--no-install', 'do not install what references and servers need')
    .action(async (flags: Flags) => onExit(await throughput(flags)));
}

/** Fails only where a director under test could not be measured: a reference that is missing is shown as such. */
async function throughput({ mode, profile, seed, out, json, install }: Flags): Promise<number> {
  await ensure(requirementsFor('bench'), { install });
  await installIfPossible(requirementsFor('throughput'), { install });
  const abort = new AbortController();
  using _signals = disposeLabsOnSignals(
    () => process.exit(EXIT_CODES.interrupted),
    () => abort.abort(),
  );
  const outDirectory = resolve(out);
  const results = await runThroughput({
    modes: mode,
    profile,
    seed,
    outDirectory,
    step: (text) => process.stderr.write(`${text}\n`),
    signal: abort.signal,
  });
  const text = `${JSON.stringify(results, null, 2)}\n`;
  await mkdir(outDirectory, { recursive: true });
  await writeFile(join(outDirectory, 'throughput.json'), text);
  process.stdout.write(json === true ? text : throughputTables(screenOf(process.stdout), results));
  return results.some(({ status }) => status === 'error') ? EXIT_CODES.untrusted : EXIT_CODES.passed;
}
