/** Trying out what this machine can do, in a network namespace that ends at once. */
import { execa } from 'execa';
import { systemPath } from './path.ts';
import { isRoot } from './rights.ts';

/** What a probe saw. */
export interface ProbeResult {
  readonly present: boolean;
  readonly detail: string;
  /** Set where it could not be tried, so that its absence says nothing: a tool or the right to try is missing. */
  readonly untried?: true;
}

export function untried(reason: string): ProbeResult {
  return { present: false, detail: `not tried: ${reason}`, untried: true };
}

/** Much longer than it takes, also on a machine that is busy with other things. */
const TIMEOUT_MS = 15_000;

/**
 * Runs a program in a network namespace of its own and tells whether it ended well. The namespace has no name: it
 * ends with the program, however that ends, so nothing is left behind. Without root it is made in a user namespace.
 */
export async function inNamespace(program: string, ...args: string[]): Promise<ProbeResult> {
  const { present, detail } = await runInNamespace(program, ...args);
  return { present, detail };
}

/** Shell commands in a network namespace of their own; the first that fails is the answer. */
export function shellInNamespace(script: string): Promise<ProbeResult> {
  return inNamespace('sh', '-ec', script);
}

/** As `inNamespace`, with what the program printed. */
export async function runInNamespace(
  program: string,
  ...args: string[]
): Promise<ProbeResult & { readonly stdout: string }> {
  const asRoot = isRoot() ? [] : ['--user', '--map-root-user'];
  const run = await execa('unshare', [...asRoot, '--net', '--', program, ...args], {
    reject: false,
    stdin: 'ignore',
    timeout: TIMEOUT_MS,
    env: { PATH: systemPath(), LC_ALL: 'C' },
  });
  if (!run.failed) return { present: true, detail: 'works', stdout: run.stdout };
  const lastLine = run.stderr?.trim().split('\n').at(-1);
  return { present: false, detail: lastLine || (run.shortMessage ?? 'failed'), stdout: run.stdout ?? '' };
}
