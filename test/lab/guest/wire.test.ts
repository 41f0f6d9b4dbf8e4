/** Frames on the stream between this process and a guest's network card. */
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { Wire } from '../../../lab/guest/wire.ts';

function pair() {
  const sent: Buffer[] = [];
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      sent.push(chunk);
      done();
    },
  });
  const frames: Uint8Array[] = [];
  return { stream, sent, frames, wire: new Wire(stream, (frame) => frames.push(frame)) };
}

const lengthed = (...bytes: number[]) => Buffer.from([0, 0, 0, bytes.length, ...bytes]);

test('a frame goes out after its length', () => {
  const { wire, sent } = pair();
  wire.send(Uint8Array.of(7, 8, 9));
  expect(Buffer.concat(sent)).toEqual(lengthed(7, 8, 9));
});

test.each([1, 3, 5, 100])('frames come in whole, in pieces of %i bytes', async (size) => {
  const { stream, frames } = pair();
  const all = Buffer.concat([lengthed(1, 2), lengthed(), lengthed(3, 4, 5, 6)]);
  for (let at = 0; at < all.length; at += size) stream.push(all.subarray(at, at + size));
  stream.push(null);
  await new Promise((resolve) => stream.once('end', resolve));
  expect(frames.map((frame) => [...frame])).toEqual([[1, 2], [], [3, 4, 5, 6]]);
});
