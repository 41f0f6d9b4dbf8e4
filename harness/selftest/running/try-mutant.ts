/** Tries a mutant of the list that shows in a running director alone. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MutantResult } from '../../../reports/result-figures.ts';
import { messageOf } from '../../run/result-folder.ts';
import type { Mutant } from '../mutant.ts';
import { programsOf } from '../mutant-program.ts';
import { type RunningTryOptions, tryRunning } from './try-running.ts';

/** @param options Its directory is that of the result file. */
export async function tryAsProcess(
  { id, sentence, file, before, after, expected }: Mutant,
  { seed, directory }: RunningTryOptions,
): Promise<MutantResult> {
  const startedMs = performance.now();
  const ended = (status: MutantResult['status'], killedBy: MutantResult['killedBy']): MutantResult => ({
    ...{ id, sentence, file, before, after, expected, status, killedBy },
    lab: 'netns',
    durationMs: performance.now() - startedMs,
  });
  const own = join(directory, 'mutants', id);
  try {
    await mkdir(own, { recursive: true });
    const programs = await programsOf({ file, before, after }, own);
    const { killed } = await tryRunning(programs, { seed, directory: own });
    return killed === undefined
      ? ended('survived', [])
      : ended('killed', [{ id: killed.id, message: killed.message }]);
  } catch (error) {
    return ended('error', [{ id: '', message: messageOf(error) }]);
  }
}
