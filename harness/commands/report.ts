/** `lvs-lab report` */

import { dirname, relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { printable } from '../../director/shown-text.ts';
import { readResult } from '../../reports/read-result.ts';
import { usualReports } from '../../reports/render.ts';
import {
  parseReporter,
  REPORTER_DESCRIPTIONS,
  reportersClash,
  type WantedReport,
  writeReports,
} from '../../reports/reporters.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { LATEST, resultPath } from './values.ts';

const REPORTERS_HELP = `
Reporters:
${REPORTER_DESCRIPTIONS.map(([name, description]) => `  ${name.padEnd(12)} ${description}`).join('\n')}

Examples:
  lvs-lab report                                    the usual reports next to the last result, and its summary
  lvs-lab report --reporter md                      Markdown on stdout
  lvs-lab report --reporter html=page.html --reporter github  a page, and annotations for GitHub Actions
`;

interface Flags {
  readonly out?: string;
  readonly reporter: readonly WantedReport[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function addReportCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('report')
    .summary('re-render the reports of a result')
    .description('Renders report.html, report.md and junit.xml from a result file, and prints its summary.')
    .argument('[result]', 'result.json, or the folder of a run', LATEST)
    .option('-o, --out <dir>', 'folder for the usual reports; default: next to the result')
    .option(
      '-r, --reporter <name[=file]>',
      'write only this report, to a file or stdout; repeatable',
      collectReporters,
      [],
    )
    .option('-v, --verbose', 'print the summary in full: every table that a terminal has room for')
    .option('--json', 'the same as --reporter json')
    .addHelpText('after', REPORTERS_HELP)
    .action(async (path: string, flags: Flags, command: Command) => {
      const { reporter, json, out, verbose = false } = flags;
      const wanted = [...reporter, ...(json ? [{ name: 'json' } as const] : [])];
      if (wanted.length > 0 && out !== undefined) {
        command.error(
          'error: --out is for the usual reports; with --reporter name files as html=DIR/report.html',
        );
      }
      const clash = reportersClash(wanted);
      if (clash !== undefined) command.error(`error: ${clash}`);
      onExit(await report(path, wanted, { out, verbose }));
    });
}

/** Adds `html=report.html` to those given before. */
export function collectReporters(text: string, before: readonly WantedReport[]): WantedReport[] {
  try {
    return [...before, parseReporter(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

async function report(
  given: string,
  wanted: readonly WantedReport[],
  { out, verbose }: { readonly out: string | undefined; readonly verbose: boolean },
): Promise<number> {
  const path = await resultPath(given);
  const result = await readResult(path);
  const resultDirectory = dirname(path);
  const usual = () => [
    ...usualReports(fromHere(resolve(out ?? resultDirectory))),
    { name: 'terminal' } as const,
  ];
  const reported = await writeReports(result, wanted.length > 0 ? wanted : usual(), {
    resultDirectory,
    stdout: process.stdout,
    environment: process.env,
    verbose,
  });
  const failed = reported.filter((one) => 'error' in one);
  for (const { name, file, error } of failed) {
    process.stderr.write(
      printable(`lvs-lab: the ${name} report${file ? ` ${file}` : ''} was not written: ${error.message}\n`),
    );
  }
  return failed.length === 0 ? EXIT_CODES.passed : EXIT_CODES.untrusted;
}

/** A path as short as it can be said from here. */
function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short || '.';
}
