import type { Result } from '../result.ts';
import type { ReplayedRecording } from '../result-replay.ts';
import { differenceLines, isEqual, recordingText, totalText } from '../tables/replay.ts';
import type { Screen } from './screen.ts';
import { plain } from './text.ts';

/**
 * A line for each recording, with the first difference of each case that differs, and a line for all of them. They
 * may be wider than the screen: paths are to be copied, frames in hexadecimal to be compared, and logs to be searched.
 */
export function replayLines({ replay }: Pick<Result, 'replay'>, screen: Screen): string[] {
  if (replay === undefined) return [];
  return [
    ...replay.files.flatMap((one) => recordingLines(one, screen)),
    ...replay.errors.map(({ error }) => screen.paint('red', plain(error))),
    totalText(replay.files),
  ];
}

function recordingLines(recording: ReplayedRecording, screen: Screen): string[] {
  const verdict = isEqual(recording) ? 'equal    ' : screen.paint('red', 'DIFFERENT');
  return [
    `${verdict} ${plain(recordingText(recording))}`,
    ...recording.differences.flatMap(differenceLines).map((line) => `  ${plain(line)}`),
  ];
}
