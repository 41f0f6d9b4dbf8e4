import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffableJson, readBaseline, writeBaseline } from '../../../harness/gate/baseline.ts';
import { readLedger } from '../../../harness/gate/expected.ts';
import { makeBaseline } from '../../../harness/gate/make-baseline.ts';
import { ResultFileError } from '../../../reports/read-result.ts';
import type { Result } from '../../../reports/result.ts';
import { gatedResult } from './results.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-gate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string) => {
  const path = join(folder, 'file.json');
  writeFileSync(path, text);
  return path;
};

describe('a baseline', () => {
  it('is read as it was written', async () => {
    const baseline = makeBaseline([gatedResult()]);
    const path = join(folder, 'baseline.json');
    await writeBaseline(path, baseline);
    expect(await readBaseline(path)).toEqual(baseline);
  });

  it('says the same of the same, whatever the order of its parts', () => {
    const result = gatedResult();
    const other: Result = {
      ...result,
      cases: result.cases.toReversed(),
      fairness: result.fairness.toReversed(),
      throughput: result.throughput.toReversed(),
    };
    expect(diffableJson(makeBaseline([other]))).toBe(diffableJson(makeBaseline([result])));
  });

  it('is formatted as this repository’s formatter has it, a line for each case', async () => {
    const text = diffableJson(makeBaseline([gatedResult()]));
    expect(text).toContain('\n    "nat/reply/source (live ts wrr)": { "status": "passed" },\n');
    const { stdout } = await execa('biome', ['format', '--stdin-file-path=baseline.json'], {
      input: text,
      preferLocal: true,
      stripFinalNewline: false,
    });
    expect(stdout).toBe(text);
  });

  it('holds no paths and no evidence', () => {
    const result = gatedResult();
    const text = diffableJson(makeBaseline([result]));
    for (const secret of [result.run.command, 'captures/', '.pcap', 'packets on director']) {
      expect(text).not.toContain(secret);
    }
  });

  it('of several runs says how much timings vary between them, and has as many runs', () => {
    const one = makeBaseline([gatedResult({ seed: 1 })]);
    const runs = [1, 2, 3].map((seed) => gatedResult({ seed, perRun: 0.1 })) as [Result, ...Result[]];
    const several = makeBaseline(runs);
    expect(one.madeFrom.runs).toBe(1);
    for (const spread of Object.values(one.timings.runSpreads)) expect(spread).toBeCloseTo(0.02, 12);
    expect(several.madeFrom.runs).toBe(3);
    for (const spread of Object.values(several.timings.runSpreads)) expect(spread).toBeGreaterThan(0.03);
    expect(several.timings.benchmarks['throughput/packets/nat/ts']?.turns).toBe(36);
  });

  it.each([
    [
      'is untrusted',
      (result: Result): Result => ({ ...result, verdict: { ...result.verdict, status: 'untrusted' } }),
      'is untrusted: no baseline is made of it',
    ],
    [
      'has another digest',
      (result: Result): Result => ({
        ...result,
        scale: result.scale.map((one) => ({ ...one, digest: 'feed' })),
      }),
      'is not the same in all of these runs',
    ],
    [
      'has a case less',
      (result: Result): Result => ({ ...result, cases: result.cases.slice(1) }),
      'absent in another',
    ],
    [
      'has a case twice, with two outcomes',
      (result: Result): Result => ({
        ...result,
        cases: [...result.cases, { ...result.cases[0]!, status: 'failed' }],
      }),
      'twice, with different outcomes',
    ],
    [
      'lacks a benchmark',
      (result: Result): Result => ({
        ...result,
        throughput: result.throughput.filter(({ measure }) => measure !== 'latency'),
      }),
      'was measured in 1 of 2 runs only',
    ],
  ])('is not made where one of its runs %s', (_, change, problem) => {
    expect(() => makeBaseline([gatedResult(), change(gatedResult())])).toThrow(problem);
  });

  it.each([
    ['nothing', undefined, 'there is no such file'],
    ['a cut file', '{ "format": ', 'JSON'],
    ['a result', JSON.stringify(gatedResult()), 'at format'],
    [
      'another version',
      diffableJson({ ...makeBaseline([gatedResult()]), schemaVersion: 2 }),
      'at schemaVersion',
    ],
  ])('cannot be read from %s, which is said with what to do', async (_, text, problem) => {
    const path = text === undefined ? join(folder, 'none.json') : write(text);
    const error = await readBaseline(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResultFileError);
    expect(String(error)).toContain(path);
    expect(String(error)).toContain(problem);
    expect(String(error)).toContain('--update-baseline');
  });
});

describe('the ledger', () => {
  it('is a list of cases with reasons', async () => {
    const entries = [{ case: 'nat/reply/source', reason: 'It is being mended.' }];
    expect(await readLedger(write(JSON.stringify(entries)))).toEqual(entries);
    expect(await readLedger(write('[]'))).toEqual([]);
  });

  it.each([
    ['{}', 'expected array'],
    ['[{ "case": "nat/a" }]', 'at [0].reason'],
    ['[{ "case": "nat/a", "reason": "" }]', 'at [0].reason'],
    ['[{ "case": "nat/a", "reason": "a", "until": "b" }]', 'until'],
    ['[{ "case": "nat/a", "reason": "a" }, { "case": "nat/a", "reason": "b" }]', 'nat/a is there twice'],
  ])('is not %s', async (text, problem) => {
    await expect(readLedger(write(text))).rejects.toThrow(problem);
  });
});
