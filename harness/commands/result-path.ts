/** Results as commands are given them: a file, or the folder of a run. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_OUT } from './default-out.ts';

/** Of the last run. */
export const LATEST = join(DEFAULT_OUT, 'latest');

/** The path of the result file. */
export async function resultPath(given: string): Promise<string> {
  const isFolder = await stat(given)
    .then((found) => found.isDirectory())
    .catch(() => false);
  return resolve(isFolder ? join(given, 'result.json') : given);
}
