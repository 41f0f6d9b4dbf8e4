/** Removes old runs, so that a folder of results does not grow without end. */
import { existsSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { listLabs, UnreadableRecordsError } from '../../lab/index.ts';
import { isRunId } from './result-folder.ts';

/** Runs kept unless the user says otherwise. */
export const DEFAULT_KEPT_RUNS = 10;

/**
 * Removes the oldest finished runs of a folder. What is no finished run is left alone: other files, runs that go on or
 * broke off without a result, and runs whose network is still up.
 *
 * @param keep How many finished runs stay, the newest ones. @returns the folders removed.
 */
export async function pruneRuns(outDirectory: string, keep: number): Promise<string[]> {
  const isInUse = await inUse();
  const finished = (await readdir(outDirectory))
    .filter((name) => isRunId(name) && existsSync(join(outDirectory, name, 'result.json')))
    // A run's name begins with its time.
    .toSorted()
    .map((name) => join(outDirectory, name));
  const old = finished.slice(0, Math.max(0, finished.length - keep)).filter((folder) => !isInUse(folder));
  for (const folder of old) await rm(folder, { recursive: true, force: true });
  return old;
}

/** Tells whether a run's network is still up. Networks that another user has built keep their files in that user's folders. */
async function inUse(): Promise<(folder: string) => boolean> {
  try {
    const labs = await listLabs();
    return (folder) => labs.some(({ runDirectory }) => runDirectory.startsWith(folder + sep));
  } catch (error) {
    if (!(error instanceof UnreadableRecordsError)) throw error;
    return (folder) => statSync(folder).uid !== process.getuid?.();
  }
}
