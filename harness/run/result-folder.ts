/** The folder of a run's results: its name, how it is made and written, and the link `latest` to it. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { type Rendered, renderReports } from '../../reports/render.ts';
import type { Result } from '../../reports/result.ts';
import { writeResult } from '../../reports/write-result.ts';
import { EnvironmentMissingError } from '../environment/environment-missing-error.ts';
import { measuredIn } from './verdict.ts';

/** @throws EnvironmentMissingError if it cannot be made. */
export async function makeResultFolder(directory: string): Promise<void> {
  await writingInto(directory, makeFolders(dirname(directory)));
  await writingInto(directory, mkdir(directory));
}

/** Level by level: Node's recursive mkdir does not end where the kernel denies that a folder is there, as below /proc. */
async function makeFolders(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    await makeFolders(parent);
    await mkdir(directory);
  }
}

/** `latest` beside the run's folder, replaced in one step so that it always leads somewhere. */
export async function pointLatestAt(directory: string): Promise<void> {
  const link = join(directory, '..', 'latest');
  const next = `${link}.${process.pid}`;
  await writingInto(
    directory,
    rm(next, { force: true })
      .then(() => symlink(basename(directory), next))
      .then(() => rename(next, link)),
  );
}

/** @throws EnvironmentMissingError with what to do about it, where something could not be written. */
export async function writingInto(directory: string, written: Promise<unknown>): Promise<void> {
  try {
    await written;
  } catch (error) {
    throw new EnvironmentMissingError(
      `The results cannot be written to ${directory}: ${messageOf(error)}\n` +
        'Give a folder with --out that can be written to and has room.',
    );
  }
}

/** A path as short as it can be said from here. */
export function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Such as `20260301T120000-7f3a`: the second in which the run began, and something that no other run of that second has. */
export function newRunId(startedAt: Date): string {
  const stamp = startedAt.toISOString().replace(/[-:]/g, '').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

/** Whether a folder is named as that of a run is. */
export function isRunId(name: string): boolean {
  return /^\d{8}T\d{6}-[0-9a-f]{4}$/.test(name);
}

export interface WrittenRun {
  readonly resultFile: string;
  readonly reports: readonly Rendered[];
  /** Why it lies elsewhere, where it does. */
  readonly elsewhere?: string;
}

/** What a machine says whose disk is full, or may not be written to. */
const DISK_ERRORS = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/**
 * Writes a run's result file and reports into its folder, or elsewhere if that cannot be written to.
 *
 * @throws EnvironmentMissingError if they can be written nowhere.
 */
export async function writeRun(result: Result, directory: string): Promise<WrittenRun> {
  try {
    const written = await writeInto(directory, result, directory);
    if (hasTested(result)) await pointLatestAt(directory);
    return written;
  } catch (error) {
    if (!(error instanceof EnvironmentMissingError)) throw error;
    // Hours of measurements must not be lost because a few megabytes are missing.
    const refuge = await mkdtemp(join(tmpdir(), 'lvs-lab-result-'));
    const written = await writeInto(refuge, result, directory);
    return { ...written, elsewhere: `${error.message}\nResult and reports lie in ${refuge} instead.` };
  }
}

/** False for a run that came to its end without anything that was asked for: nobody wants to look at that, or gate it. */
function hasTested({ verdict, ...figures }: Result): boolean {
  const { passed, failed, error } = verdict.counts;
  return verdict.status !== 'untrusted' || passed + failed + error + measuredIn(figures) > 0;
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
