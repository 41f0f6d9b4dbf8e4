/** How schedulers share connections, as a part of a run: into its result. */
import { join } from 'node:path';
import type { RunRecorder } from '../run/recorder.ts';
import { unlikeAcrossModes } from '../run/verdict.ts';
import type { Selection } from './jobs.ts';
import { runFairness } from './run.ts';

export async function recordFairness(
  recorder: RunRecorder,
  selection: Selection & { readonly seed: number },
): Promise<void> {
  const { figures, terminal, directory } = recorder;
  const measured = await runFairness({
    ...selection,
    outDirectory: join(directory, 'fairness'),
    step: (text) => terminal.step(text),
    onResult: (result) => figures.fairness.push(result),
  });
  // As they are listed, and not as they came to their ends.
  figures.fairness.splice(0, figures.fairness.length, ...measured.fairness);
  figures.acrossModes.push(...measured.acrossModes);
  figures.scale.push(...measured.scale);
  Object.assign(figures.definitions, measured.definitions);
  recorder.failures.push(...unlikeAcrossModes(measured.acrossModes));
}
