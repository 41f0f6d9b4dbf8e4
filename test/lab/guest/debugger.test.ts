/** The protocol by which a guest's kernel is read and written. */
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Debugger } from '../../../lab/guest/debugger.ts';

/** With its checksum: the sum of its bytes, in two digits. */
function packet(text: string): string {
  const sum = [...text].reduce((total, letter) => total + letter.charCodeAt(0), 0) & 0xff;
  return `$${text}#${sum.toString(16).padStart(2, '0')}`;
}

/** QEMU's end: answers each request, in pieces of a few bytes, and keeps what was asked. */
function stub(answers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      const text = chunk.toString('latin1');
      if (text !== '+') asked.push(text);
      const answer = answers[text];
      if (answer !== undefined) for (const piece of answer.match(/.{1,3}/gs) ?? []) stream.push(piece);
      done();
    },
  });
  return { asked, memory: new Debugger(stream) };
}

describe('a guest’s memory', () => {
  test('is read and written while the guest stands still, which then goes on', async () => {
    const { asked, memory } = stub({
      '\x03': packet('T05thread:01;'),
      [packet('mffffffff81000000,8')]: `+${packet('0102000000000000')}`,
      [packet('Mffffffff81000000,8:0301000000000000')]: `+${packet('OK')}`,
    });
    const value = await memory.whileStopped(async () => {
      const read = await memory.read64(0xffffffff81000000n);
      await memory.write64(0xffffffff81000000n, read - 254n);
      return read;
    });
    expect(value).toBe(513n);
    expect(asked.at(0)).toBe('\x03');
    expect(asked.at(-1)).toBe('$c#63');
  });

  test('that cannot be read is told, and the guest goes on', async () => {
    const { asked, memory } = stub({ '\x03': packet('T05'), [packet('m0,8')]: packet('E14') });
    await expect(memory.whileStopped(() => memory.read64(0n))).rejects.toThrow('E14');
    expect(asked.at(-1)).toBe('$c#63');
  });
});
