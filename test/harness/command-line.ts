/** The program as a person runs it: a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { vi } from 'vitest';
import { main } from '../../harness/main.ts';
import { sessionCases } from '../../scenarios/index.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';

const CLI = fileURLToPath(new URL('../../harness/cli.ts', import.meta.url));

/** Starts it with these arguments; await it for output and exit code. A test that waits for long has hung: it is ended then. */
export function lvsLab(...args: readonly string[]) {
  return execa(process.execPath, [CLI, ...args], {
    reject: false,
    // Its own cleaning up is what is tested.
    cleanup: false,
    timeout: 90_000,
    forceKillAfterDelay: false,
  });
}

/** What a command printed, and the code that it ends with. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The same command in this process, without the second that a new one takes to start: for commands that end by themselves
 * and handle no signals. One at a time, since a process has one stdout.
 */
export async function lvsLabHere(...args: readonly string[]): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const catchOf = (name: 'stdout' | 'stderr') =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk: string | Uint8Array) => {
      printed[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    });
  const spies = [catchOf('stdout'), catchOf('stderr')];
  try {
    const exitCode = await main(args);
    // As execa gives it: without the end of the last line.
    const [stdout, stderr] = [printed.stdout, printed.stderr].map((text) => text.replace(/\n$/, ''));
    return { exitCode, stdout: stdout ?? '', stderr: stderr ?? '' };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** The cases of live traffic: they take a session, and no more than that. */
const LIVE = sessionCases.filter(({ modes }) => modes.includes('dr')).map((one) => caseId(one, 'dr'));

/** A bench that is as short as it can be, in one mode, writing into a folder. */
export function shortBench(outDirectory: string, ...more: readonly string[]) {
  return lvsLab(...shortBenchArgs(outDirectory, more));
}

/** The same in this process. */
export function shortBenchHere(outDirectory: string, ...more: readonly string[]): Promise<Ended> {
  return lvsLabHere(...shortBenchArgs(outDirectory, more));
}

function shortBenchArgs(outDirectory: string, more: readonly string[]): string[] {
  const cases = more.includes('--grep') ? [] : ['--grep', LIVE.join(',')];
  return ['bench', '--mode', 'dr', '--duration', '300ms', '--out', outDirectory, ...cases, ...more];
}

/** The folder of the last run in an output folder. */
export function latestOf(outDirectory: string): string {
  return join(outDirectory, 'latest');
}
