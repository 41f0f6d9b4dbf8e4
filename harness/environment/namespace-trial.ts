/** Tries what this machine can do, in a throwaway network namespace. */
import { execa } from 'execa';
import { isRoot } from './rights.ts';
import { systemPath } from './system-path.ts';

/** What a probe found. */
export interface ProbeResult {
  readonly present: boolean;
  readonly detail: string;
  /** Set if it could not be tried, because a tool or a privilege is missing; its absence then says nothing. */
  readonly untried?: true;
}

export function untried(reason: string): ProbeResult {
  return { present: false, detail: `not tried: ${reason}`, untried: true };
}

/** Much longer than a trial takes, even on a busy machine. */
const TIMEOUT_MS = 60_000;

/**
 * Runs a program in a network namespace of its own and tells whether it succeeded. The namespace has no name and ends
 * with the program, so nothing is left behind. Without root it is created in a user namespace.
 */
export async function inNamespace(program: string, ...args: string[]): Promise<ProbeResult> {
  const { present, detail } = await runInNamespace(program, ...args);
  return { present, detail };
}

/** Runs shell commands in a network namespace of their own, up to the first that fails. */
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
