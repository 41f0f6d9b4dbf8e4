/**
 * The program `ipvsadm`, from its words to its exit code, and the two scripts that come with it: `ipvsadm-save` and
 * `ipvsadm-restore`.
 */
import type { IpvsBackend } from './backend/backend.ts';
import type { IpvsadmEnvironment } from './environment.ts';
import { Program } from './program.ts';

const PROGRAM = 'ipvsadm';
const NOT_OPENED = 2;
const BACKEND_LOST = 1;

/** @param argv The words after the program's name. Resolves with the exit code; all there is to say was written then. */
export async function runIpvsadm(argv: readonly string[], environment: IpvsadmEnvironment): Promise<number> {
  const { stderr, argv0 } = environment;
  let backend: IpvsBackend;
  try {
    backend = await environment.open();
  } catch (error) {
    stderr.write(
      `Can't initialize ipvs: ${messageOf(error)}\n` +
        'Are you sure that IP Virtual Server is built in the kernel or as module?\n',
    );
    return NOT_OPENED;
  }
  try {
    return await new Program(backend, environment).run(argv);
  } catch (error) {
    stderr.write(`${argv0}: ${messageOf(error)}\n`);
    return BACKEND_LOST;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes all rules. `-n`: with numbers for names. */
export async function runIpvsadmSave(
  argv: readonly string[],
  environment: IpvsadmEnvironment,
): Promise<number> {
  if (argv.some((word) => word.startsWith('-') && word !== '-n')) {
    environment.stderr.write(
      `${environment.argv0}: Script to save the IPVS table to stdout.\n` +
        '   With the -n option, prints out the table in numeric format.\n',
    );
    return 1;
  }
  const numeric = argv.includes('-n') ? ['-n'] : [];
  return runIpvsadm(
    ['-S', ...numeric],
    ipvsadmIn(environment, () => environment.stdin()),
  );
}

/** Replaces all rules with those on standard input. Lines that begin with `#` say nothing. */
export async function runIpvsadmRestore(environment: IpvsadmEnvironment): Promise<number> {
  const text = await environment.stdin();
  // They stay as empty lines, so that others keep their numbers.
  const rules = text.split('\n').map((line) => (line.startsWith('#') ? '' : line));
  const stdin = async () => `${rules.join('\n').replace(/\n+$/, '')}\n`;
  const asIpvsadm = ipvsadmIn(environment, stdin);
  await runIpvsadm(['-C'], asIpvsadm);
  return runIpvsadm(['-R'], asIpvsadm);
}

function ipvsadmIn(environment: IpvsadmEnvironment, stdin: () => Promise<string>): IpvsadmEnvironment {
  const { stdout, stderr, resolver } = environment;
  return {
    ...{ stdin, stdout, stderr, resolver, argv0: PROGRAM },
    open: () => environment.open(),
    onRefusedLine: (line) => environment.onRefusedLine?.(line),
  };
}
