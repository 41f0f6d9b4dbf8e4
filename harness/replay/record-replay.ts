/** Replays recordings as a part of a run, and writes what came of it into the run's result. */
import type { Replay, ReplayedRecording } from '../../reports/result-replay.ts';
import type { Interruption } from '../run/record-run.ts';
import type { RunRecorder } from '../run/recorder.ts';
import { type ReplayedFile, replayFile } from './index.ts';
import { RecordingError } from './recording.ts';

/** Replays each file. If one cannot be replayed, the reason is recorded and the others are still replayed. */
export async function recordReplay(
  { figures, terminal }: RunRecorder,
  paths: readonly string[],
  interruption: Interruption,
): Promise<void> {
  const replay: Replay = { files: [], errors: [] };
  figures.replay = replay;
  for (const file of paths) {
    if (interruption.isInterrupted) return;
    terminal.step(`replaying ${file}`);
    try {
      replay.files.push(recordingOf(await replayFile(file)));
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      replay.errors.push({ file, error: error.message });
    }
  }
}

function recordingOf({ path: file, format, cases }: ReplayedFile): ReplayedRecording {
  const differences = cases.flatMap(({ name, first }) =>
    first === undefined ? [] : [{ case: name, ...first }],
  );
  const sum = (of: (one: (typeof cases)[number]) => number) =>
    cases.reduce((total, one) => total + of(one), 0);
  return {
    file,
    format,
    cases: tally(cases.length, differences.length),
    steps: tally(
      sum(({ steps }) => steps),
      sum(({ differentSteps }) => differentSteps),
    ),
    notPlayed: sum(({ notPlayed = 0 }) => notPlayed),
    differences,
  };
}

function tally(total: number, different: number): ReplayedRecording['cases'] {
  return { total, equal: total - different, different };
}
