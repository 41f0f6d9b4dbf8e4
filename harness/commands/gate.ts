/** `lvs-lab gate` */

import { appendFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { printable, printableJson } from '../../director/shown-text.ts';
import { gateAnnotations } from '../../reports/gate/annotations.ts';
import type { GateReport } from '../../reports/gate/document.ts';
import { gateMarkdown } from '../../reports/gate/markdown.ts';
import { gateText } from '../../reports/gate/terminal.ts';
import { readResult } from '../../reports/read-result.ts';
import { EXIT_CODES, type Result } from '../../reports/result.ts';
import { screenOf } from '../../reports/terminal.ts';
import { counted } from '../../statistics/number-text.ts';
import { withConfig } from '../config/apply.ts';
import { readBaseline, writeBaseline } from '../gate/baseline.ts';
import { baselineOf, countsByDirector } from '../gate/by-director.ts';
import { readLedger } from '../gate/expected.ts';
import { directorsIn, gate } from '../gate/gate.ts';
import { makeBaseline } from '../gate/make-baseline.ts';
import { shown } from '../run/result-folder.ts';
import { refuseUntested, testedDirectorOption, testedDirectors } from './director-option.ts';
import { gateHistory } from './gate-history.ts';
import { integerFrom, LATEST, resultPath } from './values.ts';

interface Flags {
  readonly baseline: string;
  readonly expected?: string;
  readonly effect: number;
  readonly timings: 'auto' | 'always' | 'never';
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly updateBaseline?: boolean;
  readonly director?: string[];
  readonly history?: string;
  readonly last: number;
  readonly html?: string;
}

const MORE_HELP = `
Whatever must be the same in every run is compared digit by digit: verdicts, sequences of decisions, figures determined
by the seed, packets examined by scripted cases, mutants killed, heap allocated per packet. Timings are compared as
ratios to references measured in alternation with the director, and only on a machine like the baseline’s. A timing is
worse if its confidence interval, corrected for the number of benchmarks, shows it; it is "noisy" if a slowdown of
--effect could go undetected, or if the machine was busy with other work.

Examples:
  lvs-lab gate --baseline gate/baseline.json                    the last run against a baseline
  lvs-lab gate --baseline b.json --expected expected.json run/  with a list of known failures
  lvs-lab gate --baseline b.json --director nft                 of several directors, this one alone
  lvs-lab gate --baseline b.json --update-baseline              make a baseline from the last run
  lvs-lab gate --baseline b.json --update-baseline a/ b/ c/     from several runs: shows how much timings vary
  lvs-lab gate --history reports/out --html trends.html         trends over all runs in a folder, with plots

Where a run tested several directors, each is held against what the baseline holds of it; one that the baseline has and
the run has not has vanished.

The list of known failures looks like [{ "case": "nat/reply/source", "reason": "why it fails" }]. The gate tolerates a
failure of a listed case; it fails if a listed case passes or does not exist.

With --history, each benchmark’s ratio to its references is followed over the runs that have the profile of the last one
and a machine like its own. Consecutive runs are grouped where that describes the series in fewer bits (minimum
description length); the gate fails if the last change of a benchmark is one for the worse, until it is made good or lies
further back than --last.

Exit codes:
  0 nothing got worse
  2 bad usage, or a file that cannot be read
  4 something got worse, changed or vanished
  5 the run itself cannot be trusted
`;

export function addGateCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('gate')
    .summary('compare a run with a baseline; exit 4 on any regression')
    .description(
      'Compares a result with a baseline and reports what got worse, by how much, and with what confidence.',
    )
    .argument('[result...]', 'result.json, or the folder of a run; default: the last run')
    .option(
      '-b, --baseline <file>',
      'baseline to compare the run with (required, here or in the configuration)',
    )
    .option('-e, --expected <file>', 'list of cases that are known to fail')
    .addOption(
      new Option('--effect <percent>', 'smallest slowdown that the gate must detect')
        .argParser(percentage)
        .default(0.2, '20'),
    )
    .addOption(
      new Option('--timings <when>', 'when to compare timings: auto is on a machine like the baseline’s')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addOption(
      testedDirectorOption('judge only these directors of the run and of the baseline, or of the history'),
    )
    .option('--strict', 'fail on noisy timings and on timings that are not compared')
    .option('-v, --verbose', 'list everything that is not the same, and every timing')
    .option('--json', 'print everything that was compared as JSON')
    .option('--update-baseline', 'write a new baseline from the results instead')
    .option('--history <folder>', 'trends over the runs in this folder instead of one run against a baseline')
    .option('--last <n>', 'history: only so many of the latest runs', integerFrom(2, 10_000), 100)
    .option('--html <file>', 'history: also write a page with a plot of each benchmark')
    .addHelpText('after', MORE_HELP)
    .action(async (given: string[], asked: Partial<Flags> & Omit<Flags, 'baseline'>, command: Command) => {
      const { baseline, ...others } = await withConfig(asked, command);
      const { history } = others;
      if (history !== undefined) {
        if (given.length > 0 || others.updateBaseline === true) {
          command.error('error: --history takes its runs from a folder: no result, and no --update-baseline');
        }
        const directors = asked.director && (await testedDirectors(asked.director));
        return onExit(await gateHistory({ ...others, history, ...(directors && { directors }) }));
      }
      if (others.html !== undefined) command.error('error: --html needs --history');
      if (baseline === undefined)
        command.error("error: required option '-b, --baseline <file>' not specified");
      const flags: Flags = { ...others, baseline };
      const [first = LATEST, ...more] = given;
      if (flags.updateBaseline !== true && more.length > 0) {
        command.error(
          'error: only one result can be compared with a baseline; give several with --update-baseline',
        );
      }
      const results = [await read(first), ...(await Promise.all(more.map(read)))] as [Result, ...Result[]];
      // Those of a configuration are for running: what of the baseline this run did not test is to be said.
      const directors = asked.director && (await testedDirectors(asked.director));
      onExit(
        flags.updateBaseline === true
          ? await update(results, flags, directors)
          : await hold(results[0], flags, directors, command),
      );
    });
}

async function update(
  results: readonly [Result, ...Result[]],
  { baseline: path }: Flags,
  directors: readonly string[] | undefined,
): Promise<number> {
  for (const result of results) refuseUntested(directors, directorsIn(result));
  const made = makeBaseline(results);
  const baseline =
    directors === undefined ? made : baselineOf(made, (director) => directors.includes(director));
  await writeBaseline(path, baseline);
  const { cases, fairness, timings } = baseline;
  const failing = Object.values(cases).filter(({ status }) => status === 'failed').length;
  process.stdout.write(
    `${printable(shown(path))}: ${counted(Object.keys(cases).length, 'case')}, ${counted(Object.keys(fairness).length, 'fairness result')}, ` +
      `${counted(Object.keys(timings.benchmarks).length, 'timing')}\n` +
      (failing === 0
        ? ''
        : `${counted(failing, 'of the cases fails', 'of the cases fail')}, and may go on failing.\n`),
  );
  return EXIT_CODES.passed;
}

async function hold(
  result: Result,
  flags: Flags,
  directors: readonly string[] | undefined,
  command: Command,
): Promise<number> {
  const baseline = await readBaseline(flags.baseline);
  refuseUntested(directors, new Set([...directorsIn(result), ...countsByDirector(baseline).keys()]));
  const ledger = flags.expected === undefined ? [] : await readLedger(flags.expected);
  const { seed, profile } = baseline.madeFrom;
  if (result.run.seed !== seed) {
    command.error(
      `error: the baseline was made with seed ${seed}, the run with ${result.run.seed}: nothing that follows from it ` +
        `can be compared; run again with --seed ${seed}`,
    );
  }
  if (profile !== undefined && result.run.profile !== profile) {
    const made =
      result.run.profile === undefined ? `is of "${result.run.command}"` : `with ${result.run.profile}`;
    command.error(
      `error: the baseline was made with profile ${profile}, the run ${made}: they do not measure the same; run ` +
        `"lvs-lab bench --profile ${profile}" first`,
    );
  }
  const { effect, timings, strict = false, verbose = false } = flags;
  const report = gate(baseline, result, { ledger, effect, timings, strict, ...(directors && { directors }) });
  process.stdout.write(
    flags.json === true ? printableJson(report) : gateText(report, screenOf(process.stdout), { verbose }),
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
