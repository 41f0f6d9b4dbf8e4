/** What lies beside several results, copied to lie beside the merged one: in a folder for each run. */
import { cp, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { readResult } from '../../reports/read-result.ts';
import type { Result } from '../../reports/result.ts';
import { writingInto } from '../run/result-folder.ts';
import { pathsIn, withPaths } from './artefacts.ts';

export interface ResultFile {
  /** Of its result.json. */
  readonly path: string;
  /** Its paths are those that they will have beside the merged result. */
  readonly result: Result;
  /** The paths as they are now, and as they will be. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

/** @throws ResultFileError where it is no result. */
export async function readForMerge(path: string): Promise<ResultFile> {
  const result = await readResult(path);
  const place = (file: string) => join(result.run.id, file);
  return {
    path,
    result: withPaths(result, place),
    files: pathsIn(result).map((file) => ({ from: file, to: place(file) })),
  };
}

/**
 * Copies what is there. @returns the paths of what is not.
 * @throws EnvironmentMissingError where it cannot be written.
 */
export async function copyFiles({ path, files }: ResultFile, directory: string): Promise<string[]> {
  const missing: string[] = [];
  for (const { from, to } of files) {
    const source = join(dirname(path), from);
    const isThere =
      isBeside(from) &&
      (await stat(source).then(
        () => true,
        () => false,
      ));
    if (isThere) await writingInto(directory, cp(source, join(directory, to), { recursive: true }));
    else missing.push(source);
  }
  return missing;
}

/** A path that leads out of the folder is no part of the result. */
function isBeside(path: string): boolean {
  return !isAbsolute(path) && !normalize(path).startsWith('..');
}
