/** How fast directors are, as a part of a run: into its result. */
import { join } from 'node:path';
import type { Mode } from '../../lab/index.ts';
import type { RunRecorder } from '../run/recorder.ts';
import type { ThroughputProfile } from './profiles.ts';
import { runThroughput, throughputDefinitions } from './run.ts';

export interface ThroughputSelection {
  readonly modes: readonly Mode[];
  readonly profile: ThroughputProfile;
  readonly seed: number;
}

export async function recordThroughput(
  recorder: RunRecorder,
  { modes, profile, seed }: ThroughputSelection,
): Promise<void> {
  const { figures, terminal, directory } = recorder;
  const measured = await runThroughput({
    modes,
    profile,
    seed,
    outDirectory: join(directory, 'throughput'),
    step: (text) => terminal.step(text),
  });
  figures.throughput.push(...measured);
  Object.assign(figures.definitions, throughputDefinitions);
  // A reference that is missing is shown as such; a director under test that cannot be measured is not passed over.
  for (const { id, status, reason } of measured) {
    if (status === 'error') recorder.problems.push(`${id} could not be measured: ${reason}`);
  }
}
