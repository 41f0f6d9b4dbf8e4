import { execa } from 'execa';
import { systemPath } from '../path.ts';
import type { ProbeResult } from './outcome.ts';
import { isRoot } from './runtime.ts';

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
  const lastWords = run.stderr?.trim().split('\n').at(-1);
  return { present: false, detail: lastWords || (run.shortMessage ?? 'failed'), stdout: run.stdout ?? '' };
}
