/** The folder of a run's results: made, written into, found again as `latest`. */
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { EnvironmentMissingError } from '../environment/error.ts';

/** @throws EnvironmentMissingError if it cannot be made. */
export async function makeResultFolder(directory: string): Promise<void> {
  // In two steps: mkdir by itself says why it fails, while a recursive one names a folder that it tried on the way.
  await writingInto(directory, mkdir(dirname(directory), { recursive: true }));
  await writingInto(directory, mkdir(directory));
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
