/** `npm run bench:micro`: what the director's parts cost, each beside a reference in the same run. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT_CODES } from '../../reports/result.ts';
import type { MicroFigure } from '../../reports/result-figures.ts';
import { meetsGoal } from '../../reports/tables/in-memory.ts';
import { terminalFor } from '../commands/output.ts';
import { DEFAULT_OUT } from '../commands/values.ts';
import { recordRun } from '../run/record-run.ts';
import { allocation } from './allocation.ts';
import { connections } from './connections.ts';
import { fastPath } from './fast-path.ts';
import { maglev } from './maglev.ts';
import { recorded } from './measure.ts';
import { memory } from './memory.ts';
import { packets } from './packets.ts';
import { picks } from './picks.ts';

const GROUPS = {
  packets,
  allocation,
  connections,
  memory,
  maglev,
  picks,
  'fast-path': fastPath,
} as const;
/** Those that take root's rights. */
const OF_ROOT: readonly string[] = ['fast-path'];

const HELP = `Usage: npm run bench:micro -- [--json] [--out DIR] [GROUP…]

Measures the director's parts, each beside a reference. Groups: ${Object.keys(GROUPS).join(' ')}.

fast-path needs root, and is left out for others unless it is named.

  --json     print the result as JSON instead of tables
  --out DIR  folder for the results (default: reports/out)

Exit codes: 0 all goals met, 1 a goal missed, 2 bad usage, 5 something could not be measured
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      out: { type: 'string', default: DEFAULT_OUT },
      help: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT_CODES.passed;
  }
  const isRoot = process.getuid?.() === 0;
  const usual = Object.keys(GROUPS).filter((name) => isRoot || !OF_ROOT.includes(name));
  const chosen = positionals.length > 0 ? positionals : usual;
  const unknown = chosen.find((name) => !Object.hasOwn(GROUPS, name));
  if (unknown !== undefined) {
    throw new Error(`there is no group "${unknown}"; there are ${Object.keys(GROUPS).join(' ')}`);
  }
  const run = {
    outDirectory: resolve(values.out),
    seed: 1,
    command: ['npm run bench:micro --', ...process.argv.slice(2)].join(' '),
    isForMeasuring: true,
  };
  const { terminal, onResult } = terminalFor(values.json);
  return recordRun({ ...run, onResult }, terminal, async ({ figures, failures }) => {
    const micro: MicroFigure[] = [];
    figures.micro = micro;
    for (const name of chosen) {
      for await (const figure of GROUPS[name as keyof typeof GROUPS]()) {
        terminal.step(`measured: ${figure.group}: ${figure.name}`);
        micro.push(recorded(figure, name === 'allocation'));
      }
    }
    const missed = micro.filter((figure) => !meetsGoal(figure));
    failures.push(...missed.map(({ group, name }) => `A goal was missed: ${group}, ${name}.`));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench:micro: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_CODES.usage;
}
