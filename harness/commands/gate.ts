/** `lvs-lab gate` */

import { appendFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { gateAnnotations } from '../../reports/gate/annotations.ts';
import type { GateReport } from '../../reports/gate/document.ts';
import { gateMarkdown } from '../../reports/gate/markdown.ts';
import { gateText } from '../../reports/gate/terminal.ts';
import { readResult } from '../../reports/read-result.ts';
import { EXIT_CODES, type Result } from '../../reports/result.ts';
import { screenOf } from '../../reports/terminal.ts';
import { counted } from '../../statistics/number-text.ts';
import { readBaseline, writeBaseline } from '../gate/baseline.ts';
import { readLedger } from '../gate/expected.ts';
import { gate } from '../gate/gate.ts';
import { makeBaseline } from '../gate/make-baseline.ts';
import { shown } from '../run/result-folder.ts';
import { LATEST, resultPath } from './values.ts';

interface Flags {
  readonly baseline: string;
  readonly expected?: string;
  readonly effect: number;
  readonly timings: 'auto' | 'always' | 'never';
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly updateBaseline?: boolean;
}

const MORE_HELP = `
What must be the same in every run is compared to the digit: verdicts, sequences of decisions, figures that follow from
the seed, packets examined by scripted cases, mutants killed, heap taken per packet. Timings are compared as
ratios to references that were measured in turns with the director, and on a machine like the baseline’s only; they are
worse where their intervals say so, all benchmarks considered, and "noisy" where the loss to be found could hide, or
where the machine did other work meanwhile.

Examples:
  lvs-lab gate --baseline gate/baseline.json                    the last run against a baseline
  lvs-lab gate --baseline b.json --expected expected.json run/  with a ledger of known failures
  lvs-lab gate --baseline b.json --update-baseline              make the baseline of the last run
  lvs-lab gate --baseline b.json --update-baseline a/ b/ c/     of several: shows how much timings vary between runs

The ledger is a list such as [{ "case": "nat/reply/source", "reason": "why it fails" }]. A case in it that fails fails
no gate; one that passes does, and so does an entry for a case that is not there.

Exit codes:
  0 nothing got worse   2 bad usage, or a file that cannot be read   4 something got worse, changed or vanished
  5 the run itself cannot be trusted
`;

export function addGateCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('gate')
    .summary('compare a run with a baseline; exit 4 on any regression')
    .description(
      'Compares a result with a baseline, and says what got worse, by how much, and how sure that is.',
    )
    .argument('[result...]', 'result.json, or the folder of a run; the last run if absent')
    .requiredOption('-b, --baseline <file>', 'what the run is compared with')
    .option('-e, --expected <file>', 'ledger of cases that are known to fail')
    .option('--effect <percent>', 'smallest slowdown that the gate must detect', percentage, 0.2)
    .addOption(
      new Option('--timings <when>', 'compare timings: on a machine like the baseline’s, always, or never')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--strict', 'noisy timings, and timings that are not compared, fail too')
    .option('--json', 'everything that was compared, as JSON')
    .option('--update-baseline', 'write the baseline from the results instead')
    .addHelpText('after', MORE_HELP)
    .action(async (given: string[], flags: Flags, command: Command) => {
      const [first = LATEST, ...others] = given;
      if (flags.updateBaseline !== true && others.length > 0) {
        command.error('error: one result is held against a baseline; several make one (--update-baseline)');
      }
      const results = [await read(first), ...(await Promise.all(others.map(read)))] as [Result, ...Result[]];
      onExit(
        flags.updateBaseline === true ? await update(results, flags) : await hold(results[0], flags, command),
      );
    });
}

async function update(results: readonly [Result, ...Result[]], { baseline: path }: Flags): Promise<number> {
  const baseline = makeBaseline(results);
  await writeBaseline(path, baseline);
  const { cases, fairness, timings } = baseline;
  const failing = Object.values(cases).filter(({ status }) => status === 'failed').length;
  process.stdout.write(
    `${shown(path)}: ${counted(Object.keys(cases).length, 'case')}, ${counted(Object.keys(fairness).length, 'fairness result')}, ` +
      `${counted(Object.keys(timings.benchmarks).length, 'timing')}\n` +
      (failing === 0
        ? ''
        : `${counted(failing, 'of the cases fails', 'of the cases fail')}, and may go on failing.\n`),
  );
  return EXIT_CODES.passed;
}

async function hold(result: Result, flags: Flags, command: Command): Promise<number> {
  const baseline = await readBaseline(flags.baseline);
  const ledger = flags.expected === undefined ? [] : await readLedger(flags.expected);
  const { seed } = baseline.madeFrom;
  if (result.run.seed !== seed) {
    command.error(
      `error: the baseline was made with seed ${seed}, the run with ${result.run.seed}: nothing that follows from it ` +
        `can be compared; run again with --seed ${seed}`,
    );
  }
  const { effect, timings, strict = false } = flags;
  const report = gate(baseline, result, { ledger, effect, timings, strict });
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : gateText(report, screenOf(process.stdout)),
  );
  await tellGitHub(report, flags.json === true);
  return report.exitCode;
}

/** On GitHub Actions: the job’s summary, and errors at the top of the run’s page. */
async function tellGitHub(report: GateReport, isJson: boolean): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: isActions } = process.env;
  if (summary !== undefined && summary !== '') await appendFile(summary, gateMarkdown(report));
  if (isActions === 'true' && !isJson) process.stdout.write(gateAnnotations(report));
}

async function read(given: string): Promise<Result> {
  return readResult(await resultPath(given));
}

/** `20` or `20%`, as a fraction. */
function percentage(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?) ?%?$/.exec(text)?.[1]);
  if (value > 0 && value < 100) return value / 100;
  throw new InvalidArgumentError('Expected a percentage above 0 and below 100, such as 20.');
}
