import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayFile } from '../../../harness/replay/index.ts';
import { transcriptsSchema } from '../../../harness/replay/transcript-case.ts';

const RECORDING = join(import.meta.dirname, '../../golden/ipvsadm/transcripts.json');
const text = await readFile(RECORDING, 'utf8');
const { groups } = transcriptsSchema.parse(JSON.parse(text));

test('every recorded command prints what it printed, and ends with the same code', async () => {
  const { format, cases } = await replayFile(RECORDING);
  expect(format).toBe('ipvsadm transcripts');
  expect(cases.map(({ name, first, notPlayed }) => ({ name, first, notPlayed }))).toEqual(
    groups.map(({ group }) => ({ name: group, first: undefined, notPlayed: 0 })),
  );
  const commands = groups.flatMap((group) => group.commands).filter((row) => 'cmd' in row);
  expect(cases.reduce((sum, { steps }) => sum + steps, 0)).toBe(commands.length);
});

describe('a transcript that was tampered with', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transcripts-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function replayed(changed: string) {
    expect(changed).not.toBe(text);
    const path = join(folder, `${Math.random()}.json`);
    await writeFile(path, changed);
    return (await replayFile(path)).cases;
  }

  test.each([
    ['a message', 'Service already exists', 'Service exists already'],
    ['a blank at the end of a line', 'InActConn \\n', 'InActConn\\n'],
    ['an exit code', '"rc":2', '"rc":1'],
    ['an entry of a list', 'TCP  10.99.0.1:82 wlc', 'TCP  10.99.0.1:82 lc'],
    [
      'the order of the kernel',
      'TCP  10.99.0.1:65535 rr\\nTCP  10.99.0.1:0 rr',
      'TCP  10.99.0.1:0 rr\\nTCP  10.99.0.1:65535 rr',
    ],
    ['a connection', 'UDP         10.8.0.1:3006', 'UDP         10.8.0.1:3011'],
    ['a counter', '     3000        0  4500000', '     3000        0  4500001'],
    [
      'a rate of one line',
      '        0      140        0   210687        0\\n  ->',
      '        0      140        0   210688        0\\n  ->',
    ],
  ])('differs: %s', async (_what, from, to) => {
    const cases = await replayed(text.replace(from, to));
    expect(cases.filter(({ first }) => first !== undefined)).toHaveLength(1);
  });

  test('what follows traffic that nobody can make of its words is not played, and that is said', async () => {
    const cases = await replayed(
      text.replace('3000 UDP datagrams of 1500 bytes of IP in one connection', 'some datagrams'),
    );
    const last = cases.at(-1);
    expect(last).toMatchObject({ first: undefined, notPlayed: 5 });
  });
});
