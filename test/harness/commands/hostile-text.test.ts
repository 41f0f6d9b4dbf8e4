/** Names and texts in files that somebody else may have written, as commands show them on a terminal. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleResult } from '../../reports/full/result.ts';
import { nastyText, withEveryText } from '../../reports/nasty.ts';
import { type Ended, lvsLab, lvsLabHere } from '../command-line.ts';

const STEERS = /(?!\n|\t)\p{Control}|\p{Bidi_Control}|[\u2028\u2029]/u;

const HOSTILE = '\u001b[2J\u009b31m\u202e';

let directory = '';
const path = (name: string) => join(directory, name);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What each command prints of a file, none of which may steer a terminal. */
async function neverSteers(...args: readonly string[]): Promise<void> {
  expectHarmless(await lvsLabHere(...args));
}

function expectHarmless({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): void {
  expect(stdout + stderr).not.toMatch(STEERS);
  expect(stderr).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
}

it('steers no terminal from the words of a result', async () => {
  const sample = sampleResult();
  for (const text of [HOSTILE, ...fc.sample(nastyText, 3)]) {
    await writeFile(
      path('result.json'),
      JSON.stringify({
        ...withEveryText(sample, () => text),
        run: { ...sample.run, command: text, profile: text },
        micro: sample.micro,
      }),
    );
    const file = path('result.json');
    if (text === HOSTILE) expect((await lvsLabHere('compare', file, file)).stderr).toBe('');
    for (const json of [[], ['--json']]) {
      await neverSteers('compare', file, file, ...json);
      await neverSteers('merge', file, '--out', path('out'), ...json);
    }
    await neverSteers('report', file, '--reporter', 'terminal');
  }
});

it('steers no terminal from a file that is refused', { timeout: 60_000 }, async () => {
  const texts = ['\u001b[2J', '{"format": "\u009b31m"', ...fc.sample(nastyText, 5)];
  for (const text of texts) {
    const contents = [
      text,
      JSON.stringify({ [text]: text }),
      JSON.stringify({ format: 'lvs-lab result', schemaVersion: 3, [text]: text }),
      `-A -t ${text} -s ${text}`,
    ];
    for (const content of contents) {
      await writeFile(path('hostile'), content);
      const file = path('hostile');
      await neverSteers('report', file);
      await neverSteers('gate', '--baseline', file, file);
      await neverSteers('replay', file, '--out', path('out'));
      await neverSteers('replay', '--rules', file, '--in', file, '--out', path('sent.pcap'));
      await neverSteers('diagnose', '--rules', file, '--pcap', `director=${file}`);
      // A process of its own, since a director that starts becomes another program.
      if (content.startsWith('-A')) expectHarmless(await lvsLab('director', '--rules', file));
    }
    await neverSteers(text);
    await neverSteers('report', text);
  }
});
