/**
 * The processes of a run, found by what they are and never by their program's name: they live in one of the run's
 * namespaces, or they inherited the run's mark. The mark finds those that have moved to another namespace.
 */
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../error.ts';
import type { OwnerRecord } from './owner.ts';
import { until } from './until.ts';

export const NAMESPACES_DIRECTORY = '/run/netns';

/** The environment variable that every process of a run carries, and its children after it. */
export function markOf({ id }: Pick<OwnerRecord, 'id'>): Readonly<Record<string, string>> {
  return { LVS_LAB_RUN: id };
}

/** Names of the run's namespaces that exist. */
export async function namespacesOf({ prefix }: Pick<OwnerRecord, 'prefix'>): Promise<string[]> {
  const names = await readdir(NAMESPACES_DIRECTORY).catch(() => []);
  return names.filter((name) => name.startsWith(prefix));
}

export async function processesOf(run: Pick<OwnerRecord, 'id' | 'prefix'>): Promise<number[]> {
  const namespaces = new Set(
    await Promise.all(
      (await namespacesOf(run)).map(async (name) => {
        const { ino } = await stat(join(NAMESPACES_DIRECTORY, name)).catch(() => ({ ino: 0 }));
        return `net:[${ino}]`;
      }),
    ),
  );
  const mark = `\0LVS_LAB_RUN=${run.id}\0`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const belongs = async (pid: number) =>
    namespaces.has(await readlink(`/proc/${pid}/ns/net`).catch(() => '')) ||
    `\0${await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')}\0`.includes(mark);
  const found = await Promise.all(
    pids.map(async (pid) => (pid !== process.pid && (await belongs(pid)) ? [pid] : [])),
  );
  return found.flat();
}

/** Kills the run's processes until there are none: one that was forking while the first look was taken is met by the next. */
export async function killProcessesOf(run: Pick<OwnerRecord, 'id' | 'prefix'>): Promise<void> {
  let left: number[] = [];
  const gone = await until(
    async () => {
      left = await processesOf(run);
      for (const pid of left) kill(pid);
      return left.length === 0 || undefined;
    },
    { limitMs: 10_000 },
  );
  if (!gone) {
    throw new LabError(
      `Processes ${left.join(', ')} of lab ${run.id} are still there 10 s after SIGKILL. ` +
        `Look at them with "ps -o pid,stat,wchan,args -p ${left.join(',')}"; the next run tries again.`,
    );
  }
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
