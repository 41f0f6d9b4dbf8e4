/** The figures of a bench: how schedulers share, and how fast directors are. */
import { recordFairness } from '../fairness/record-fairness.ts';
import { heapFigures } from '../micro/heap-figures.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { recordThroughput } from '../throughput/record-throughput.ts';
import type { BenchOptions } from './options.ts';

export async function runFigures(
  options: BenchOptions,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const { parts, modes, fairnessSchedulers: schedulers, profile, seed } = options;
  if (parts.includes('fairness') && !interruption.isInterrupted) {
    await recordFairness(recorder, { modes, schedulers, profile, seed });
  }
  if (parts.includes('throughput') && !interruption.isInterrupted) {
    await recordThroughput(recorder, { modes, profile, seed });
    recorder.terminal.step('measuring heap per packet');
    recorder.figures.micro = await heapFigures();
  }
}
