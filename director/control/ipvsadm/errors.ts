/** How a command line can end before anything has been asked of the backend. */
import { CodedError } from '../../coded-error.ts';

/** Ends the program with an exit code, in the middle of `-R` too. */
export class ExitError extends CodedError {
  readonly code = 'IPVSADM_EXIT';
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;

  constructor(exitCode: number, { stdout = '', stderr = '' }: { stdout?: string; stderr?: string }) {
    super(stderr || stdout);
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** The words could not be split into options. `-R` goes on with the next line. */
export class OptionError extends CodedError {
  readonly code = 'IPVSADM_OPTION';
}

/** Exit code of the program where -1 is meant. */
export const MINUS_ONE = 255;
const USAGE = 2;

/** What was asked for makes no sense: one line, and the program ends. */
export function fail(text: string): never {
  throw new ExitError(USAGE, { stderr: `${text}\n` });
}

export function tryHelp(program: string): never {
  throw new ExitError(MINUS_ONE, {
    stderr: `Try \`${program} -h' or '${program} --help' for more information.\n`,
  });
}
