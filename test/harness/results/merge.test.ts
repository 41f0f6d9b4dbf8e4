import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeBaseline } from '../../../harness/gate/make-baseline.ts';
import { merge } from '../../../harness/results/merge.ts';
import { pathsIn, withPaths } from '../../../harness/results/merge-folders.ts';
import { shardSentence, shareOf } from '../../../harness/run/shard.ts';
import { judgedIn, verdictOf } from '../../../harness/run/verdict.ts';
import { readResult } from '../../../reports/read-result.ts';
import type { Result } from '../../../reports/result.ts';
import { harmlessFaults } from '../../reports/full/faults.ts';
import { failingResult } from '../../reports/results.ts';
import { lvsLabHere } from '../command-line.ts';
import { gatedResult } from '../gate/results.ts';

const WHOLE: Result = { ...gatedResult(), notCovered: ['The Linux kernel’s own IPVS.'] };

/** What each of so many shards would have found of the whole. */
function shardsOf(whole: Result, of: number): [Result, ...Result[]] {
  const shards = Array.from({ length: of }, (_, i): Result => {
    const shard = { index: i + 1, of };
    const cases = shareOf(whole.cases, shard);
    const none = { fairness: [], acrossModes: [], scale: [], throughput: [], mutants: [] };
    const { micro: _micro, ...rest } = whole;
    const own = i === 0 ? whole : { ...rest, ...none };
    const startedAt = new Date(Date.parse(whole.run.startedAt) + i * 10_000).toISOString();
    return {
      ...own,
      run: {
        ...own.run,
        id: `shard-${i + 1}`,
        shard,
        startedAt,
        command: `${own.run.command} --shard ${i + 1}/${of}`,
      },
      sessions: shareOf(whole.sessions, shard),
      cases,
      notCovered: [...own.notCovered, shardSentence(shard)],
      verdict: verdictOf(judgedIn({ ...own, cases }), []),
    };
  });
  return shards as [Result, ...Result[]];
}

/** Without what no two runs share. */
const comparable = ({ run: _, ...result }: Result) => ({
  ...result,
  cases: result.cases.toSorted((a, b) => (a.id + a.lab < b.id + b.lab ? -1 : 1)),
  sessions: result.sessions.toSorted((a, b) => (a.mode < b.mode ? -1 : 1)),
});

describe('merged shards', () => {
  it.each([1, 2, 3])('are what the whole would have been, %i of them', (of) => {
    const merged = merge(shardsOf(WHOLE, of), 'new');
    const whole = { ...WHOLE, verdict: verdictOf(judgedIn(WHOLE), []) };
    expect(comparable(merged)).toEqual(comparable(whole));
    expect(makeBaseline([merged])).toEqual(makeBaseline([whole]));
    expect(merged.run).toEqual({
      ...WHOLE.run,
      id: 'new',
      durationMs: WHOLE.run.durationMs + (of - 1) * 10_000,
    });
  });

  it('are untrusted where one is missing, which is said', () => {
    const [first, , third] = shardsOf(WHOLE, 3);
    expect(merge([first, third!], 'new').verdict).toMatchObject({
      status: 'untrusted',
      exitCode: 5,
      reasons: ['Shard 2 of 3 is missing.'],
    });
  });

  it('are untrusted where one was, for its reason; what follows from the cases is told once', () => {
    const [first, second] = shardsOf(failingResult(), 2) as [Result, Result];
    const reasons = ['A capture was cut.', ...second.verdict.reasons];
    const broken: Result = { ...second, verdict: { ...second.verdict, status: 'untrusted', reasons } };
    const { verdict } = merge([first, broken], 'new');
    expect(verdict.status).toBe('untrusted');
    expect(verdict.reasons).toEqual([
      'Shard 2 of 2: A capture was cut.',
      '1 of 21 cases could not be judged.',
    ]);
  });

  it('are not untrusted because there was nothing to do for one of them', () => {
    const shards = shardsOf({ ...WHOLE, cases: WHOLE.cases.slice(0, 1), sessions: [] }, 3);
    expect(shards[2]?.verdict.reasons).toEqual(['Nothing was tested.']);
    expect(merge(shards, 'new').verdict.status).toBe('passed');
  });

  it('have the verdict of all: one failed case fails them', () => {
    const [first, second] = shardsOf(WHOLE, 2) as [Result, Result];
    const [one, ...others] = second.cases;
    const failing: Result = { ...second, cases: [{ ...one!, status: 'failed' }, ...others] };
    expect(merge([first, failing], 'new').verdict).toMatchObject({ status: 'failed', exitCode: 1 });
  });

  it('have the faults of all, of which one that broke a promise fails them', () => {
    const [first, second] = shardsOf(WHOLE, 2) as [Result, Result];
    const faults = harmlessFaults();
    const merged = merge(
      [
        { ...first, faults: faults.slice(0, 5) },
        { ...second, faults: faults.slice(4) },
      ],
      'new',
    );
    expect(merged.faults).toEqual(faults);
    const broken = faults.map((one) => ({ ...one, status: 'failed' as const }));
    expect(merge([first, { ...second, faults: broken }], 'new').verdict.counts.failed).toBe(
      merged.verdict.counts.failed + broken.length,
    );
  });

  it('have the machine on which throughput was measured', () => {
    const [first, second] = shardsOf(WHOLE, 2) as [Result, Result];
    const elsewhere = (result: Result): Result => ({
      ...result,
      run: { ...result.run, machine: { ...result.run.machine, cpu: 'Another CPU' } },
    });
    expect(merge([first, elsewhere(second)], 'new').run.machine.cpu).toBe('Example CPU @ 2.4 GHz');
    expect(merge([elsewhere(second), first], 'new').run.machine.cpu).toBe('Example CPU @ 2.4 GHz');
  });

  it('take what is there twice for one, if it says the same', () => {
    const [first, second] = shardsOf(WHOLE, 2) as [Result, Result];
    const merged = merge([first, { ...second, cases: [...second.cases, first.cases[0]!] }], 'new');
    expect(merged.cases).toHaveLength(WHOLE.cases.length);
  });

  it.each([
    [
      'a case with two outcomes',
      ({ cases }: Result): Partial<Result> => ({ cases: [{ ...cases[0]!, status: 'failed' }] }),
      'nat/request/destination (live ts wrr): status passed in one, status failed in another',
    ],
    [
      'another digest',
      ({ scale }: Result): Partial<Result> => ({ scale: [{ ...scale[0]!, digest: 'feed' }] }),
      'digest c0ffee00',
    ],
    [
      'a benchmark twice',
      ({ throughput }: Result): Partial<Result> => ({
        throughput: [{ ...throughput[0]!, geometricMean: 7 }],
      }),
      'throughput/packets/nat/ts',
    ],
  ])('are refused with %s', (_, change, problem) => {
    const [first, second] = shardsOf(WHOLE, 2) as [Result, Result];
    expect(() => merge([first, { ...second, ...change(first) }], 'new')).toThrow(problem);
  });

  it.each([
    ['another seed', { seed: 7 }, 'expected results of one seed, seen 42 and 7'],
    ['another profile', { profile: 'full' }, 'expected results of one profile, seen default and full'],
    ['another version', { version: '9' }, 'expected results of one version'],
    [
      'another number of shards',
      { shard: { index: 2, of: 5 } },
      'expected results of one number of shards, seen 2 and 5',
    ],
    ['itself', { id: 'shard-1' }, 'run shard-1 was given twice'],
  ])('are refused with %s', (_, run, problem) => {
    const [first, second] = shardsOf(WHOLE, 2) as [Result, Result];
    expect(() => merge([first, { ...second, run: { ...second.run, ...run } }], 'new')).toThrow(problem);
  });
});

describe('paths in a result', () => {
  it('are all replaced, in commands too', () => {
    const moved = withPaths(failingResult(), (path) => `run/${path}`);
    const text = JSON.stringify(moved);
    for (const path of pathsIn(failingResult())) expect(text).not.toMatch(new RegExp(`[" ]${path}`));
    expect(pathsIn(moved)).toEqual(pathsIn(failingResult()).map((path) => `run/${path}`));
    expect(text).toContain("tcpdump -nn -e -v -r run/captures/client-eth0.pcap 'tcp port 40112'");
  });
});

describe('lvs-lab merge', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lvs-lab-merge-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A folder as a run leaves it. */
  function runFolder(result: Result): string {
    const directory = join(folder, result.run.id);
    mkdirSync(join(directory, 'captures'), { recursive: true });
    writeFileSync(join(directory, 'result.json'), JSON.stringify(result));
    for (const path of pathsIn(result).filter((one) => one.startsWith('captures/'))) {
      writeFileSync(join(directory, path), `${result.run.id} ${path}`);
    }
    return directory;
  }

  it('writes one result with its reports, and copies what belongs to each run', async () => {
    const shards = shardsOf(failingResult(), 2);
    const { exitCode, stdout, stderr } = await lvsLabHere(
      'merge',
      ...shards.map(runFolder),
      '--out',
      join(folder, 'out'),
    );
    const merged = await readResult(join(folder, 'out/latest/result.json'));
    expect(exitCode).toBe(merged.verdict.exitCode);
    expect(exitCode).toBe(5);
    expect(stdout).toContain('report.html');
    expect(merged.cases).toHaveLength(21);
    const captures = pathsIn(merged).filter((path) => path.endsWith('.pcap'));
    expect(captures.length).toBeGreaterThan(10);
    for (const path of captures) {
      const [id, ...rest] = path.split('/');
      expect(readFileSync(join(folder, 'out/latest', path), 'utf8')).toBe(`${id} ${rest.join('/')}`);
    }
    // Logs were not there in the first place.
    expect(stderr).toMatch(/^not copied, for it is not there: .*shard-1\/logs\/director\.log$/m);
  });

  it.each([
    ['the name of the run', (result: Result) => ({ ...result, run: { ...result.run, id: '../outside' } })],
    ['a capture', (result: Result) => withPaths(result, (path) => `../../${path}`)],
    ['an absolute path', (result: Result) => withPaths(result, () => '/etc/passwd')],
  ])('refuses a result that would write or read outside of its folder: %s', async (_what, made) => {
    const result = made(failingResult());
    const directory = join(folder, 'hostile');
    mkdirSync(directory);
    writeFileSync(join(directory, 'result.json'), JSON.stringify(result));
    const out = join(folder, 'out');
    const { exitCode, stderr } = await lvsLabHere('merge', directory, '--out', out);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/expected (the name of a run|a path that stays in the folder of the result file)/);
    expect(existsSync(out)).toBe(false);
  });

  it('follows no link out of the folder of a result', async () => {
    const result = failingResult();
    const directory = runFolder(result);
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'secret');
    for (const path of pathsIn(result).filter((one) => one.startsWith('captures/'))) {
      rmSync(join(directory, path));
      symlinkSync(secret, join(directory, path));
    }
    const out = join(folder, 'out');
    const { stderr } = await lvsLabHere('merge', directory, '--out', out);
    expect(stderr).toMatch(/not copied/);
    expect(existsSync(join(out, 'latest', result.run.id, 'captures'))).toBe(false);
    expect(readFileSync(secret, 'utf8')).toBe('secret');
  });

  it('refuses what does not belong together with exit code 2, what contradicts itself with 5', async () => {
    const [first, second] = shardsOf(WHOLE, 2) as [Result, Result];
    const [one, ...others] = first.cases;
    const merged = (other: Result) =>
      lvsLabHere('merge', runFolder(first), runFolder(other), '--out', join(folder, 'out'));
    const unlike = await merged({ ...second, run: { ...second.run, seed: 7 } });
    expect([unlike.exitCode, unlike.stderr]).toEqual([
      2,
      'error: expected results of one seed, seen 42 and 7',
    ]);
    const torn = await merged({ ...second, cases: [{ ...one!, status: 'failed' }, ...others] });
    expect([torn.exitCode, torn.stdout]).toEqual([5, '']);
    expect(torn.stderr).toMatch(/^lvs-lab: These results contradict each other/);
    expect((await lvsLabHere('merge', join(folder, 'nothing'))).exitCode).toBe(2);
  });
});
