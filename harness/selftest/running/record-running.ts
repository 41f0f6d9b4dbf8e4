/** Tries mutants that no case in memory kills as what they are part of: a process, with its programs in the kernel. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { GeneratedMutant } from '../../../reports/result-generated.ts';
import type { RunRecorder } from '../../run/recorder.ts';
import { messageOf } from '../../run/result-folder.ts';
import { sideBySide } from '../../run/side-by-side.ts';
import type { Mutation } from '../generated/mutation.ts';
import { programsOf, RIGHT_PROGRAMS } from '../mutant-program.ts';
import { sampleOf } from '../mutants/index.ts';
import { changeOf } from './change-of.ts';
import { tryFrames } from './frames-beside.ts';
import { type RunningTry, tryRunning } from './try-running.ts';

const FAST_PATH = 'fast-path/';
/** A network may not come up on a busy machine. */
const TRIES = 2;

/** What became of one. */
export type RunningEnd = Pick<GeneratedMutant, 'status' | 'killedBy' | 'cases'>;

/**
 * @param count How many are tried at most, spread over all of them.
 * @returns how it ended for each that was tried.
 */
export async function tryAsRunning(
  recorder: RunRecorder,
  alive: readonly Mutation[],
  { count, seed, sources }: { count: number; seed: number; sources: ReadonlyMap<string, string> },
): Promise<Map<Mutation, RunningEnd>> {
  const ended = new Map<Mutation, RunningEnd>();
  const { terminal, problems, directory } = recorder;
  const chosen = count === 0 ? [] : sampleOf(alive, count);
  if (chosen.length === 0) return ended;
  terminal.step('trying the right director as it runs');
  const options = { seed, directory: join(directory, 'mutants', 'right') };
  const right =
    (await tryFrames(undefined, seed)) ?? (await patiently(() => tryRunning(RIGHT_PROGRAMS, options))).killed;
  if (right !== undefined) {
    problems.push(`The right director does not pass as it runs: ${right.id}: ${right.message}`);
    return ended;
  }
  let number = 0;
  const one = async (mutation: Mutation): Promise<[Mutation, RunningEnd | Error]> => {
    const change = changeOf(mutation, sources.get(mutation.file) as string);
    const own = join(directory, 'mutants', String(number++));
    try {
      const byFrames = mutation.file.startsWith(FAST_PATH) ? await tryFrames(change, seed) : undefined;
      if (byFrames !== undefined) return [mutation, { status: 'killed', killedBy: byFrames, cases: 1 }];
      await mkdir(own, { recursive: true });
      const programs = await programsOf(change, own);
      const { killed, cases } = await patiently(() => tryRunning(programs, { seed, directory: own }));
      return [
        mutation,
        { status: killed ? 'killed' : 'survived', cases, ...(killed && { killedBy: killed }) },
      ];
    } catch (error) {
      return [mutation, new Error(messageOf(error))];
    }
  };
  const workers = Array.from({ length: availableParallelism() }, () => one);
  for await (const [mutation, how] of sideBySide(chosen, workers)) {
    if (how instanceof Error)
      problems.push(`${mutation.file}:${mutation.line} could not be tried: ${how.message}`);
    else ended.set(mutation, how);
    terminal.step(
      `${ended.size} of ${chosen.length} mutants tried as running directors, now ${mutation.file}`,
    );
  }
  return ended;
}

/** What a network did that could not be built is no doing of the director’s. */
async function patiently(trial: () => Promise<RunningTry>): Promise<RunningTry> {
  for (let left = TRIES; ; ) {
    try {
      return await trial();
    } catch (error) {
      if (--left === 0) throw error;
    }
  }
}
