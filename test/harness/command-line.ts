/** The program as a person runs it: a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { sessionCases } from '../../scenarios/index.ts';
import { caseId } from '../../scenarios/kit/requirement.ts';

const CLI = fileURLToPath(new URL('../../harness/cli.ts', import.meta.url));

/** Starts it with these arguments; await it for output and exit code. A test that waits for long has hung: it is ended then. */
export function lvsLab(...args: readonly string[]) {
  return execa(process.execPath, [CLI, ...args], {
    reject: false,
    // Its own cleaning up is what is tested.
    cleanup: false,
    timeout: 60_000,
    forceKillAfterDelay: false,
  });
}

/** The cases of live traffic: they take a session, and no more than that. */
const LIVE = sessionCases.filter(({ modes }) => modes.includes('dr')).map((one) => caseId(one, 'dr'));

/** A bench that is as short as it can be, in one mode, writing into a folder. */
export function shortBench(outDirectory: string, ...more: readonly string[]) {
  const cases = more.includes('--grep') ? [] : ['--grep', LIVE.join(',')];
  return lvsLab('bench', '--mode', 'dr', '--duration', '300ms', '--out', outDirectory, ...cases, ...more);
}

/** The folder of the last run in an output folder. */
export function latestOf(outDirectory: string): string {
  return join(outDirectory, 'latest');
}
