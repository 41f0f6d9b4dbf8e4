/** A run's result file and reports: in its folder, or where there is room if that one cannot be written to. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Rendered, renderReports } from '../../reports/render.ts';
import type { Result } from '../../reports/result.ts';
import { writeResult } from '../../reports/write-result.ts';
import { EnvironmentMissingError } from '../environment/error.ts';
import { pointLatestAt, writingInto } from './result-folder.ts';

export interface WrittenRun {
  readonly resultFile: string;
  readonly reports: readonly Rendered[];
  /** Why it lies elsewhere, where it does. */
  readonly elsewhere?: string;
}

/** What a machine says whose disk is full, or may not be written to. */
const DISK_ERRORS = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** @throws EnvironmentMissingError if it can be written nowhere. */
export async function writeRun(result: Result, directory: string): Promise<WrittenRun> {
  try {
    const written = await writeInto(directory, result, directory);
    await pointLatestAt(directory);
    return written;
  } catch (error) {
    if (!(error instanceof EnvironmentMissingError)) throw error;
    // Hours of measuring are not lost for want of a few megabytes.
    const refuge = await mkdtemp(join(tmpdir(), 'lvs-lab-result-'));
    const written = await writeInto(refuge, result, directory);
    return { ...written, elsewhere: `${error.message}\nResult and reports lie in ${refuge} instead.` };
  }
}

/** @param resultDirectory Where the captures are. */
async function writeInto(folder: string, result: Result, resultDirectory: string): Promise<WrittenRun> {
  const resultFile = join(folder, 'result.json');
  await writingInto(folder, writeResult(resultFile, result));
  const reports = await renderReports(result, folder, { resultDirectory });
  for (const one of reports) {
    if ('error' in one && isDiskError(one.error)) await writingInto(folder, Promise.reject(one.error));
  }
  return { resultFile, reports };
}

function isDiskError(error: NodeJS.ErrnoException): boolean {
  return error.code !== undefined && DISK_ERRORS.has(error.code);
}
