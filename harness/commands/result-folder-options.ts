/** The options of every command that leaves a run: where its results go, and how many earlier ones stay there. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { DEFAULT_KEPT_RUNS } from '../run/prune-runs.ts';
import { DEFAULT_OUT, DEFAULT_OUT_TEXT, integerFrom } from './values.ts';

export interface ResultFolderFlags {
  readonly out: string;
  readonly keepRuns: number;
}

const MOST_KEPT_RUNS = 1_000_000;

export function outOption(): Option {
  return new Option('-o, --out <dir>', 'folder for the results').default(DEFAULT_OUT, DEFAULT_OUT_TEXT);
}

export function keepRunsOption(): Option {
  return new Option(
    '--keep-runs <n>',
    'finished runs to keep in that folder, this one included; older ones are removed',
  )
    .argParser(integerFrom(1, MOST_KEPT_RUNS))
    .default(DEFAULT_KEPT_RUNS);
}

/** The flags as a run takes them. */
export function resultFolderOf({ out, keepRuns }: ResultFolderFlags) {
  return { outDirectory: resolve(out), keepRuns };
}
