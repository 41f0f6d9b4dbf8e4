/** What commands print of a run: its summary for people, or the result (or the part asked for) as JSON. */
import { printableJson } from '../../director/shown-text.ts';
import type { Result } from '../../reports/result.ts';
import { createTerminal, type Terminal, type TerminalOptions } from '../../reports/terminal.ts';

export interface RunOutput {
  readonly terminal: Terminal;
  /** Called with the result once it is written. */
  readonly onResult: (result: Result) => void;
}

/** Where JSON goes to stdout, people are told on stderr. @param part Of the result, as JSON; all of it if absent. */
export function terminalFor(
  isJson: boolean,
  part: (result: Result) => unknown = (result) => result,
  options: TerminalOptions = {},
): RunOutput {
  const { stdout, stderr } = process;
  return {
    terminal: createTerminal(isJson ? stderr : stdout, stderr, options),
    onResult: (result) => {
      if (isJson) stdout.write(printableJson(part(result)));
    },
  };
}

/** The command line, as a result has it. */
export function commandLine(): string {
  return ['lvs-lab', ...process.argv.slice(2)].join(' ');
}
