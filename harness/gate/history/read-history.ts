/** The results of many runs, as they lie in a folder. */
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ResultFileError, readResult } from '../../../reports/read-result.ts';
import type { Result } from '../../../reports/result.ts';

export interface FoundResults {
  /** Oldest first, each run once. */
  readonly results: readonly Result[];
  /** Files that hold no result of this version. */
  readonly unreadable: number;
}

/**
 * Reads each `result.json` of the folder's own folders, as a bench leaves them, and each `*.json` of the folder itself.
 *
 * @throws ResultFileError where the folder cannot be read, or holds no result.
 */
export async function readHistory(folder: string): Promise<FoundResults> {
  const read = await Promise.allSettled((await filesIn(folder)).map(readResult));
  const unexpected = read.find(
    (one) => one.status === 'rejected' && !(one.reason instanceof ResultFileError),
  );
  if (unexpected?.status === 'rejected') throw unexpected.reason;
  const byId = new Map(
    read.flatMap((one) => (one.status === 'fulfilled' ? [[one.value.run.id, one.value] as const] : [])),
  );
  if (byId.size === 0) {
    throw new ResultFileError(
      folder,
      'expected the results of runs, and there are none',
      'Give a folder such as reports/out, in which each run has a folder with its result.json.',
    );
  }
  return {
    results: [...byId.values()].toSorted((a, b) => Date.parse(a.run.startedAt) - Date.parse(b.run.startedAt)),
    unreadable: read.filter(({ status }) => status === 'rejected').length,
  };
}

/** Each once, though `latest` leads to a run that has a name of its own. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? 'there is no such folder' : error.message;
    throw new ResultFileError(folder, problem, 'Give a folder with the results of runs.');
  });
  const paths = names.map((name) => join(folder, name, ...(name.endsWith('.json') ? [] : ['result.json'])));
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  return [...new Set(real.filter((path) => path !== undefined))];
}
