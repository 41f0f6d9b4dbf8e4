/** The figures of a bench: how schedulers share, and how fast directors are. */
import { join } from 'node:path';
import { runFairness } from '../fairness/run.ts';
import { heapFigures } from '../micro/heap-figures.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { runThroughput, throughputDefinitions } from '../throughput/run.ts';
import type { BenchOptions } from './options.ts';

export async function runFigures(
  options: BenchOptions,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const { parts } = options;
  if (parts.includes('fairness') && !interruption.isInterrupted) await fairness(options, recorder);
  if (parts.includes('throughput') && !interruption.isInterrupted) await throughput(options, recorder);
}

async function fairness(options: BenchOptions, recorder: RunRecorder): Promise<void> {
  const { modes, fairnessSchedulers: schedulers, profile, seed } = options;
  const { figures, terminal, directory } = recorder;
  const measured = await runFairness({
    modes,
    schedulers,
    profile,
    seed,
    outDirectory: join(directory, 'fairness'),
    step: (text) => terminal.step(text),
    onResult: (result) => figures.fairness.push(result),
  });
  // As they are listed, and not as they came to their ends.
  figures.fairness.splice(0, figures.fairness.length, ...measured.fairness);
  figures.acrossModes.push(...measured.acrossModes);
  figures.scale.push(...measured.scale);
  Object.assign(figures.definitions, measured.definitions);
}

async function throughput(options: BenchOptions, recorder: RunRecorder): Promise<void> {
  const { modes, profile, seed } = options;
  const { figures, terminal, directory } = recorder;
  const measured = await runThroughput({
    modes,
    profile,
    seed,
    outDirectory: join(directory, 'throughput'),
    step: (text) => terminal.step(text),
  });
  figures.throughput.push(...measured);
  terminal.step('heap that packets take');
  figures.micro = await heapFigures();
  Object.assign(figures.definitions, throughputDefinitions);
  // A reference that is missing is shown as such; a director under test that cannot be measured is not passed over.
  for (const { id, status, reason } of measured) {
    if (status === 'error') recorder.problems.push(`${id} could not be measured: ${reason}`);
  }
}
