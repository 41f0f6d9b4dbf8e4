import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replayFile } from '../../harness/replay/index.ts';

const RECORDINGS = join(import.meta.dirname, '../golden/packets');
const CASES = globSync('*/*/case.json', { cwd: RECORDINGS }).sort();

test('there are recordings of every way of forwarding', () => {
  const methods = new Set(CASES.map((path) => path.split('/')[0]));
  expect([...methods]).toEqual(['common', 'dr', 'gre', 'gue', 'ipip', 'nat']);
});

test.each(CASES)('sends what the kernel sent: %s', async (path) => {
  const { cases } = await replayFile(join(RECORDINGS, path));
  expect(cases.map(({ first }) => first)).toEqual([undefined]);
});
