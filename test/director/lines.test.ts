import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf } from '../../director/lines.ts';

it('gives each line as it was sent, whatever characters are in it and wherever the stream was cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ä', '\r', '\u2028', '\u2029', '\u0085', '😀') });
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.integer({ min: 1, max: 7 }), async (lines, bytes) => {
      const sent = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const chunks = Array.from({ length: Math.ceil(sent.length / bytes) }, (_, i) =>
        sent.subarray(i * bytes, (i + 1) * bytes),
      );
      expect(await Array.fromAsync(linesOf(Readable.from(chunks, { objectMode: false })))).toEqual(lines);
    }),
  );
});

it('ends where a line is longer than it may be', async () => {
  await expect(Array.fromAsync(linesOf(Readable.from(['abc\n', 'abcd']), 3))).rejects.toThrow(
    'more than 3 characters',
  );
});
