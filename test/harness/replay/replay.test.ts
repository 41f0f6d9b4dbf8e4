import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addReplayCommand } from '../../../harness/commands/replay.ts';
import { readResult } from '../../../reports/read-result.ts';
import { EXIT_CODES } from '../../../reports/result.ts';

const ROOT = join(import.meta.dirname, '../../..');

const RECORDINGS = globSync('test/golden/{decisions,states}/*.json', { cwd: ROOT }).sort();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command, its results in a folder of this test. `text` is what it prints, with `json` only to stdout. */
async function replay(
  files: readonly string[],
  json = false,
): Promise<{ code: number | undefined; text: string }> {
  let text = '';
  let code: number | undefined;
  const keep = (part: string | Uint8Array) => {
    text += part;
    return true;
  };
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(json ? () => true : keep);
  try {
    const program = new Command();
    addReplayCommand(program, (exitCode) => {
      code = exitCode;
    });
    const words = ['replay', ...files, '--out', join(folder, 'out'), ...(json ? ['--json'] : [])];
    await program.parseAsync(words, { from: 'user' });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return { code, text };
}

test('there are recordings of every scheduler that the kernel was built with', () => {
  const names = RECORDINGS.filter((path) => path.includes('decisions')).map((path) => path.split('/').at(-1));
  expect(names).toEqual(
    ['dh', 'fo', 'lblc', 'lblcr', 'lc', 'mh', 'nq', 'ovf', 'rr', 'sed', 'sh', 'wlc', 'wrr'].map(
      (name) => `${name}.json`,
    ),
  );
});

test.each(RECORDINGS)('%s: everything is as the kernel did it', async (path) => {
  const { code, text } = await replay([join(ROOT, path)]);
  expect(text).toContain('equal');
  expect({ code, text }).toMatchObject({ code: EXIT_CODES.passed });
});

describe('a recording that was tampered with', () => {
  /** Replaces the first match in a copy of a recording; what it says must be found out. */
  async function tampered(recording: string, from: string | RegExp, to: string): Promise<string> {
    const text = await readFile(join(ROOT, 'test/golden', recording), 'utf8');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    const path = join(folder, `${Math.random()}.json`);
    await writeFile(path, changed);
    return path;
  }

  test.each([
    [
      'the server chosen',
      'decisions/rr.json',
      '"cport":10002,"chosen":"10.0.2.12"',
      '"cport":10002,"chosen":"10.0.2.11"',
    ],
    [
      'a count',
      'decisions/wlc.json',
      /"counts":\[\["(10\.0\.2\.\d+)",(\d+),(\d+),/,
      '"counts":[["$1",$2,7$3,',
    ],
    ['a weight', 'decisions/wlc.json', /"counts":\[\["(10\.0\.2\.\d+)",(\d+),/, '"counts":[["$1",7$2,'],
    ['a change that is left out', 'decisions/wlc.json', /"counts":\[\[[^\]]*\]\]/, '"counts":[]'],
    ['what the client got', 'decisions/rr.json', '"reply":"icmp 3/3"', '"reply":"icmp 3/1"'],
    ['a template', 'decisions/wlc.json', /"list":\[\["TCP","10\.8/, '"list":[["TCP","10.9'],
    [
      'the order of the list',
      'decisions/rr.json',
      '"kernel_order":["10.0.2.13:80"',
      '"kernel_order":["10.0.2.19:80"',
    ],
    ['a state', 'states/scripts.json', '"state":"CLOSE_WAIT"', '"state":"FIN_WAIT"'],
    ['a time', 'states/scripts.json', '"expires":899', '"expires":897'],
    ['a count of a state', 'states/scripts.json', '"active_inactive":[0,1]', '"active_inactive":[1,0]'],
    ['a receiver', 'states/scripts.json', '"to":"client"', '"to":"rs1"'],
    ['a connection that is gone', 'states/timeline.json', /"CLOSE":\["CLOSE",4\],/, ''],
    ['a count of the timeline', 'states/timeline.json', '["10.0.2.12",2,1]', '["10.0.2.12",2,2]'],
    ['a UDP time', 'states/udp.json', '"expires":6', '"expires":4'],
  ])('differs: %s', async (_what, recording, from, to) => {
    const { code, text } = await replay([await tampered(recording, from, to)]);
    expect({ code, text }).toMatchObject({ code: EXIT_CODES.failed });
    expect(text).toContain('recorded');
  });

  test('shows the state of scheduler and servers before the first difference', async () => {
    const file = await tampered(
      'decisions/rr.json',
      '"cport":10002,"chosen":"10.0.2.12"',
      '"cport":10002,"chosen":"10.0.2.11"',
    );
    const { text } = await replay([file]);
    expect(text).toContain('step 2: {"op":"connect"');
    expect(text).toContain('recorded: the server 10.0.2.11:80');
    expect(text).toContain('seen:     the server 10.0.2.12:80');
    expect(text).toContain('picked last (index): 0');
    expect(text).toContain('10.0.2.13:80 weight 2 active 0 inactive 1');
  });

  test('says for machines how many cases and steps are equal and different', async () => {
    const file = await tampered(
      'decisions/rr.json',
      '"cport":10002,"chosen":"10.0.2.12"',
      '"cport":10002,"chosen":"10.0.2.11"',
    );
    const { code, text } = await replay([file], true);
    const [result] = JSON.parse(text).files;
    expect(code).toBe(EXIT_CODES.failed);
    expect(result).toMatchObject({
      file,
      format: 'decisions',
      cases: { total: 22, equal: 21, different: 1 },
    });
    expect(result.steps).toMatchObject({ total: 1005, equal: 1004, different: 1 });
    expect(result.differences).toHaveLength(1);
  });

  test('is in the result that the command writes', async () => {
    const file = await tampered(
      'decisions/rr.json',
      '"cport":10002,"chosen":"10.0.2.12"',
      '"cport":10002,"chosen":"10.0.2.11"',
    );
    await replay([file]);
    const written = await readResult(join(folder, 'out/latest/result.json'));
    expect(written.verdict).toMatchObject({
      status: 'failed',
      exitCode: EXIT_CODES.failed,
      reasons: ['1 of 22 cases failed.'],
    });
    expect(written.replay).toMatchObject({
      errors: [],
      files: [{ file, steps: { total: 1005, equal: 1004, different: 1 }, differences: [{ step: 1 }] }],
    });
    for (const report of ['report.html', 'report.md', 'junit.xml']) {
      const text = await readFile(join(folder, 'out/latest', report), 'utf8');
      expect(text).toContain('the server 10.0.2.11:80');
    }
  });
});

describe('a file that is no recording', () => {
  test.each([
    ['is not there', 'test/golden/none.json', 'cannot read'],
    ['is not JSON', 'test/golden/README.md', 'is no recording that is known'],
    ['says something else', 'package.json', 'is no recording that is known'],
  ])('%s', async (_what, path, message) => {
    const { code, text } = await replay([join(ROOT, path)]);
    expect(code).toBe(EXIT_CODES.usage);
    expect(text).toContain(message);
    const { errors } = JSON.parse((await replay([join(ROOT, path)], true)).text);
    expect(errors[0].error).toContain(message);
  });

  test('nothing to replay is no success', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    expect((await replay([empty])).code).toBe(EXIT_CODES.usage);
  });
});
