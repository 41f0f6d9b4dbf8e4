/** `lvs-lab compare` */
import { type Command, InvalidArgumentError } from 'commander';
import { ATTRIBUTES, type Attribute } from '../../reports/comparison/document.ts';
import { sheetsMarkdown, sheetsText } from '../../reports/comparison/render.ts';
import { sheetsOf } from '../../reports/comparison/sheets.ts';
import { readResult } from '../../reports/read-result.ts';
import { EXIT_CODES } from '../../reports/result.ts';
import { screenOf } from '../../reports/terminal.ts';
import { compare } from '../results/compare.ts';
import { resultPath } from './values.ts';

interface Flags {
  readonly by: Attribute[];
  readonly all?: boolean;
  readonly json?: boolean;
  readonly md?: boolean;
}

const MORE_HELP = `
Each column is a director of a run. Cases are listed where their outcomes differ, figures of fairness where they do;
timings are told apart where their intervals say so.

Examples:
  lvs-lab compare before/ after/             two releases, or two directors
  lvs-lab compare --by mode reports/out/latest   one run, mode beside mode
  lvs-lab compare --by scheduler --md a/ b/  every scheduler of both, as Markdown

Exit codes:
  0 compared, whatever came of it   2 bad usage, or a file that cannot be read
`;

export function addCompareCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('compare')
    .summary('set runs side by side: directors, releases, modes')
    .description(
      'Sets results side by side: verdicts, cases that differ, fairness, throughput beside references.',
    )
    .argument('<result...>', 'result.json of each, or the folders of the runs')
    .option('--by <list>', `columns by ${ATTRIBUTES.join(', ')} too`, listOfAttributes, [])
    .option('-a, --all', 'also figures that are the same in every column')
    .option('--md', 'as Markdown')
    .option('--json', 'everything, as JSON')
    .addHelpText('after', MORE_HELP)
    .action(async (given: string[], flags: Flags, command: Command) => {
      if (flags.md && flags.json) command.error('error: either --md or --json');
      const results = await Promise.all(given.map(async (path) => readResult(await resultPath(path))));
      const compared = compare(results, flags.by);
      const sheets = () => sheetsOf(compared, { all: flags.all ?? false });
      process.stdout.write(
        flags.json
          ? `${JSON.stringify(compared, null, 2)}\n`
          : flags.md
            ? sheetsMarkdown(sheets())
            : sheetsText(sheets(), screenOf(process.stdout)),
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
