import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaptureError, readCapture } from '../../../lab/captures/read-capture.ts';
import { writeCapture } from '../../../lab/captures/write-capture.ts';
import { fileHeader, packetRecord } from './pcap-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-capture-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('writes what tcpdump would: a classic header, and each frame with its time', async () => {
  const file = join(folder, 'two.pcap');
  const frames = [
    { time: 1_700_000_000.999_999, frame: Uint8Array.of(1, 2, 3) },
    { time: 1_700_000_001, frame: Uint8Array.of() },
  ];
  await writeCapture(file, frames);
  const records = frames.map(({ time, frame }) => packetRecord(frame, Math.round(time * 1e6)));
  expect(await readFile(file)).toEqual(Buffer.concat([fileHeader(), ...records]));
});

test('what is written is read again, times to the microsecond', async () => {
  const file = join(folder, 'any.pcap');
  const frame = fc.record({
    micros: fc.integer({ min: 0, max: 4_294_967_295_999_999 }),
    frame: fc.uint8Array({ minLength: 14, maxLength: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(frame), async (frames) => {
      await writeCapture(
        file,
        frames.map(({ micros, frame }) => ({ time: micros / 1e6, frame })),
      );
      const { packets } = await readCapture({ host: 'h', interface: 'i', file });
      const read = packets.map(({ time, bytes }) => [Math.round(time * 1e6), [...bytes]]);
      expect(read).toEqual(frames.map(({ micros, frame }) => [micros, [...frame]]));
    }),
    { numRuns: 30 },
  );
});

test('a file that cannot be written is named', async () => {
  const file = join(folder, 'no', 'such', 'folder.pcap');
  await expect(writeCapture(file, [])).rejects.toThrow(CaptureError);
  await expect(writeCapture(file, [])).rejects.toThrow(file);
});
