/** `lvs-lab compare` */

import { type Command, InvalidArgumentError } from 'commander';
import { printableJson } from '../../director/shown-text.ts';
import { ATTRIBUTES, type Attribute } from '../../reports/comparison/document.ts';
import { sheetsMarkdown, sheetsText } from '../../reports/comparison/render.ts';
import { sheetsOf } from '../../reports/comparison/sheets.ts';
import { readResult } from '../../reports/read-result.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { screenOf } from '../../reports/terminal.ts';
import { directorsCompared } from '../results/columns.ts';
import { compare } from '../results/compare.ts';
import { refuseUntested, testedDirectorOption, testedDirectors } from './director-option.ts';
import { resultPath } from './values.ts';

interface Flags {
  readonly by: Attribute[];
  readonly director?: string[];
  readonly all?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly md?: boolean;
}

const MORE_HELP = `
Each column is one director of one run. Cases and fairness figures are listed if they differ between columns; timings
are reported as different only where their confidence intervals show it.

Examples:
  lvs-lab compare before/ after/             two releases, or two directors
  lvs-lab compare --director ts,nft reports/out/latest   two directors of one run, in this order
  lvs-lab compare --by mode reports/out/latest   one run, its modes side by side
  lvs-lab compare --by scheduler --md a/ b/  every scheduler of both, as Markdown

Exit codes:
  0 compared, whatever the outcome
  2 bad usage, or a file that cannot be read
`;

export function addCompareCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('compare')
    .summary('compare runs side by side: directors, releases, modes')
    .description(
      'Compares results side by side: verdicts, cases that differ, fairness, and throughput relative to references.',
    )
    .argument('<result...>', 'result.json of each, or the folders of the runs')
    .option('--by <list>', `also one column for each ${ATTRIBUTES.join(', ')}`, listOfAttributes, [])
    .addOption(testedDirectorOption('only columns of these directors, in this order'))
    .option('-a, --all', 'include figures that are the same in every column')
    .option('-v, --verbose', 'list every row, also where there are many')
    .option('--md', 'print as Markdown')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', MORE_HELP)
    .action(async (given: string[], flags: Flags, command: Command) => {
      if (flags.md && flags.json) command.error('error: --md and --json cannot be combined');
      const results = await Promise.all(given.map(async (path) => readResult(await resultPath(path))));
      const directors = flags.director && (await testedDirectors(flags.director));
      refuseUntested(directors, directorsCompared(results));
      const compared = compare(results, flags.by, directors);
      const sheets = () => sheetsOf(compared, { all: flags.all ?? false });
      process.stdout.write(
        flags.json
          ? printableJson(compared)
          : flags.md
            ? sheetsMarkdown(sheets())
            : sheetsText(sheets(), screenOf(process.stdout), { verbose: flags.verbose ?? false }),
      );
      onExit(EXIT_CODES.passed);
    });
}

function listOfAttributes(text: string): Attribute[] {
  const chosen = text.split(',');
  const unknown = chosen.find((one) => !ATTRIBUTES.some((name) => name === one));
  if (unknown === undefined) return ATTRIBUTES.filter((name) => chosen.includes(name));
  throw new InvalidArgumentError(`There is no "${unknown}"; choose from ${ATTRIBUTES.join(', ')}.`);
}
