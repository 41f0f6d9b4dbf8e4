import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lvsLabHere } from '../command-line.ts';
import { gatedResult } from '../gate/results.ts';

let folder: string;
let files: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-compare-'));
  files = [1, 2].map((seed) => {
    const path = join(folder, `${seed}.json`);
    writeFileSync(path, JSON.stringify(gatedResult({ seed })));
    return path;
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('lvs-lab compare', () => {
  it('sets runs side by side in a terminal, as Markdown, as JSON', async () => {
    const text = await lvsLabHere('compare', ...files);
    const markdown = await lvsLabHere('compare', '--md', ...files);
    const json = await lvsLabHere('compare', '--json', '--by', 'mode', ...files);
    expect([text.exitCode, markdown.exitCode, json.exitCode]).toEqual([0, 0, 0]);
    expect(text.stdout).toMatch(/^Runs\n(.*\n)*Cases\n(.*\n)*Throughput, beside/);
    expect(markdown.stdout).toMatch(/^## Runs\n/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      format: 'lvs-lab comparison',
      schemaVersion: 1,
      columns: [{ label: 'A nat' }, { label: 'A dr' }, { label: 'A tun' }, { label: 'B nat' }, {}, {}],
    });
  });

  it.each([
    [['/nonexistent/result.json'], /no such file/],
    [[], /missing required argument/],
    [['--director', 'ts,nft', '1'], /Nothing here is about the director "nft"; there is something of: ts\./],
    [['--by', 'colour', '1'], /There is no "colour"; choose from mode, scheduler, lab/],
    [['--md', '--json', '1'], /--md and --json cannot be combined/],
  ])('refuses %j with exit code 2, without a stack', async (args, message) => {
    const given = args.map((arg) => (arg === '1' ? files[0]! : arg));
    const { exitCode, stdout, stderr } = await lvsLabHere('compare', ...given);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
