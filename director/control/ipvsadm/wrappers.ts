/** `ipvsadm-save` and `ipvsadm-restore`: the two scripts that come with `ipvsadm`. */
import type { IpvsadmEnvironment } from './environment.ts';
import { runIpvsadm } from './run.ts';

const PROGRAM = 'ipvsadm';

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
  const rules = text.split('\n').filter((line) => !line.startsWith('#'));
  const stdin = async () => `${rules.join('\n').replace(/\n+$/, '')}\n`;
  const asIpvsadm = ipvsadmIn(environment, stdin);
  await runIpvsadm(['-C'], asIpvsadm);
  return runIpvsadm(['-R'], asIpvsadm);
}

function ipvsadmIn(environment: IpvsadmEnvironment, stdin: () => Promise<string>): IpvsadmEnvironment {
  const { stdout, stderr, resolver } = environment;
  return { stdin, stdout, stderr, resolver, argv0: PROGRAM, open: () => environment.open() };
}
