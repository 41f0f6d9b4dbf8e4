/** Ways in which a command line ends before anything was asked of the kernel. */

/** Ends the program, in the middle of `-R` too. */
export class ProgramEnd extends Error {
  override readonly name = 'ProgramEnd';
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

/** The words could not be split into options. Under `-R` the next line is read all the same. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Exit code of the program where -1 is meant. */
export const MINUS_ONE = 255;
const USAGE = 2;

/** What was asked for makes no sense: one line, and the program ends. */
export function fail(text: string): never {
  throw new ProgramEnd(USAGE, { stderr: `${text}\n` });
}

export function tryHelp(program: string): never {
  throw new ProgramEnd(MINUS_ONE, {
    stderr: `Try \`${program} -h' or '${program} --help' for more information.\n`,
  });
}
