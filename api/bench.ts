/** A whole bench, from a program. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { isRunId } from '../harness/run/result-folder.ts';
import type { Mode } from '../lab/index.ts';
import { readResult } from '../reports/read-result.ts';
import type { Result } from '../reports/result.ts';

const CLI = fileURLToPath(new URL('../harness/cli.ts', import.meta.url));

export interface BenchOptions {
  /** Folder for runs; `latest` in it leads to this one. */
  readonly outDirectory: string;
  readonly modes?: readonly Mode[];
  readonly schedulers?: readonly string[];
  readonly profile?: 'quick' | 'default' | 'full';
  /** Only cases whose id starts with one of these. */
  readonly grep?: readonly string[];
  /** What else `lvs-lab bench` takes: `['--servers', '2']`. */
  readonly args?: readonly string[];
}

export interface BenchRun {
  /** As of `lvs-lab bench`: 0 all passed, 1 a case failed, 5 the verdict cannot be trusted. */
  readonly exitCode: number;
  readonly result: Result;
}

/**
 * Runs `lvs-lab bench` as a process of its own.
 *
 * @throws Error with what it said where it left no result, as with options that are wrong.
 */
export async function bench(options: BenchOptions): Promise<BenchRun> {
  const { outDirectory, modes, schedulers, profile, grep = [], args = [] } = options;
  const before = await runsIn(outDirectory);
  const run = await execa(
    process.execPath,
    [
      ...[CLI, 'bench', '--out', outDirectory],
      ...(modes === undefined ? [] : ['--mode', modes.join(',')]),
      ...(schedulers === undefined ? [] : ['--scheduler', schedulers.join(',')]),
      ...(profile === undefined ? [] : ['--profile', profile]),
      ...(grep.length === 0 ? [] : ['--grep', ...grep]),
      ...args,
    ],
    { reject: false, stdin: 'ignore' },
  );
  // Not the latest one: a run that tested nothing does not become that.
  const own = (await runsIn(outDirectory)).find((id) => !before.includes(id));
  if (run.exitCode === undefined || own === undefined) {
    throw new Error(`lvs-lab bench ended with exit code ${run.exitCode}: ${run.stderr || run.stdout}`);
  }
  return { exitCode: run.exitCode, result: await readResult(join(outDirectory, own, 'result.json')) };
}

async function runsIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter(isRunId);
}
