import { expect, test } from 'vitest';
import { readRecording, recordingNames } from '../packets/recording.ts';
import { replay } from '../packets/replay.ts';

/** Recordings that need what the director does not have yet, and how it says so. */
const UNSUPPORTED: Readonly<Record<string, RegExp>> = {
  'common/no-dest-cache_bypass': /cache_bypass|firewall marks/,
};

const names = recordingNames();

test('every recording that is listed as unsupported exists', () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(UNSUPPORTED)));
});

for (const name of names) {
  const refusal = UNSUPPORTED[name];
  if (refusal === undefined) {
    test(`sends what the kernel sent: ${name}`, () => {
      expect(replay(readRecording(name))).toEqual([]);
    });
  } else {
    test(`says that it cannot do ${name} yet`, () => {
      expect(() => replay(readRecording(name))).toThrow(refusal);
    });
  }
}
