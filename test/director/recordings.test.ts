import { expect, test } from 'vitest';
import { readRecording, recordingNames } from '../packets/recording.ts';
import { replay } from '../packets/replay.ts';

test.each(recordingNames())('sends what the kernel sent: %s', (name) => {
  expect(replay(readRecording(name))).toEqual([]);
});
