import { plain, wrap } from '../columns.ts';
import type { Result } from '../result.ts';
import type { ReplayedRecording } from '../result-replay.ts';
import { differenceLines, isEqual, recordingText, totalText } from '../tables/replay.ts';
import type { Screen } from './screen.ts';

const VERDICT_COLUMNS = 'DIFFERENT '.length;

/**
 * A line for each recording, with the first difference of each case that differs, and a line for all of them. Lines of
 * differences may be wider than the screen, so that two frames in hexadecimal stand one below the other.
 */
export function replayLines({ replay }: Pick<Result, 'replay'>, screen: Screen): string[] {
  if (replay === undefined) return [];
  return [
    ...replay.files.flatMap((one) => recordingLines(one, screen)),
    ...replay.errors.map(({ error }) => screen.paint('red', plain(error))),
    ...wrap(totalText(replay.files), screen.columns),
  ];
}

function recordingLines(recording: ReplayedRecording, screen: Screen): string[] {
  const verdict = isEqual(recording) ? 'equal     ' : screen.paint('red', 'DIFFERENT ');
  const texts = wrap(plain(recordingText(recording)), screen.columns - VERDICT_COLUMNS);
  return [
    ...texts.map((text, index) => (index === 0 ? verdict : ' '.repeat(VERDICT_COLUMNS)) + text),
    ...recording.differences.flatMap(differenceLines).map((line) => `  ${plain(line)}`),
  ];
}
