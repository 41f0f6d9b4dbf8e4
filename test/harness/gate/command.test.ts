import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Result, resultSchema } from '../../../reports/result.ts';
import { lvsLabHere } from '../command-line.ts';
import { gatedResult } from './results.ts';

let folder: string;
let baseline: string;
const written = (name: string, result: Result) => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(resultSchema.parse(result)));
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-gate-'));
  baseline = join(folder, 'baseline.json');
  const made = await lvsLabHere(
    'gate',
    '-b',
    baseline,
    '--update-baseline',
    written('first.json', gatedResult()),
  );
  expect([made.exitCode, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toMatch(/baseline\.json: 28 cases, \d+ fairness results, 9 timings$/);
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  // Not the summary of the job that runs these tests.
  for (const name of ['GITHUB_STEP_SUMMARY', 'GITHUB_ACTIONS']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const gate = (...args: readonly string[]) => lvsLabHere('gate', '-b', baseline, ...args);

describe('lvs-lab gate', () => {
  it('ends with 0 where nothing got worse, the verdict last', async () => {
    const { exitCode, stdout, stderr } = await gate(written('same.json', gatedResult({ seed: 2 })));
    expect([exitCode, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines.at(-1)).toBe('As good as the baseline (exit code 0)');
    expect(lines.at(-2)).toMatch(/^Compared: \d+ same$/);
    expect(lines).toHaveLength(3);
  });

  it('lists every timing with --verbose: what would have been found', async () => {
    const { exitCode, stdout } = await gate('--verbose', written('same.json', gatedResult({ seed: 2 })));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /throughput\/packets\/nat\/ts +×(0\.9|1\.0)\d +0\.\d\d to 1\.\d\d +1\d\.\d % +same/,
    );
  });

  it('ends with 4 where something did, and says what, by how much, how sure', async () => {
    const slow = gatedResult({ seed: 2, speed: { ts: 0.75 } });
    const cases = slow.cases.filter(({ id }) => id !== 'nat/reply/source');
    const { exitCode, stdout } = await gate(written('worse.json', { ...slow, cases }));
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(
      /^worse: 9\n {2}throughput\/connections\/dr\/ts\n {6}0\.\d+ times as good as the baseline/,
    );
    expect(stdout).toMatch(/^vanished: 2\n {2}nat\/reply\/source \(live ts wrr\)$/m);
    expect(stdout).toMatch(/\nWorse than the baseline: 9 worse, 2 vanished \(exit code 4\)$/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('ends with 5 for a run that cannot be trusted', async () => {
    const result = gatedResult({ seed: 2 });
    const verdict = { ...result.verdict, status: 'untrusted' as const, reasons: ['A capture was cut.'] };
    const { exitCode, stdout } = await gate(written('untrusted.json', { ...result, verdict }));
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/A capture was cut\.\n(.*\n)*Untrusted: nothing is proven \(exit code 5\)$/);
  });

  it('takes a ledger of expected failures', async () => {
    const result = gatedResult({ seed: 2 });
    const [first, ...others] = result.cases;
    const failing = written('failing.json', {
      ...result,
      cases: [{ ...first!, status: 'failed' }, ...others],
    });
    const ledger = join(folder, 'expected.json');
    writeFileSync(ledger, JSON.stringify([{ case: `${first!.id} (live ts wrr)`, reason: 'Being mended.' }]));
    expect((await gate(failing)).exitCode).toBe(4);
    const excused = await gate(failing, '--expected', ledger);
    expect(excused.exitCode).toBe(0);
    expect(excused.stdout).toMatch(/^expected failure: 1\n {2}\S+ \(live ts wrr\)\n {6}Being mended\.$/m);
  });

  it('prints everything that was compared as JSON', async () => {
    const { exitCode, stdout } = await gate('--json', written('same.json', gatedResult({ seed: 2 })));
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ format: 'lvs-lab gate', schemaVersion: 1, status: 'passed', exitCode });
    expect(
      report.comparisons.filter(({ quotient }: { quotient?: object }) => quotient !== undefined),
    ).toHaveLength(9);
  });

  it('tells GitHub: a summary for the job, an error for what got worse', async () => {
    const summary = join(folder, 'summary.md');
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
    vi.stubEnv('GITHUB_ACTIONS', 'true');
    const slow = gatedResult({ seed: 2, speed: { ts: 0.75 } });
    const { stdout } = await gate(written('slow.json', slow));
    expect(stdout).toMatch(/^::error title=worse%3A throughput\/connections\/dr\/ts::0\.\d+ times as good/m);
    const text = readFileSync(summary, 'utf8');
    expect(text).toMatch(/^# Gate: Worse than the baseline: 9 worse\n/);
    expect(text).toMatch(
      /^\| `throughput\/packets\/nat\/ts` \| ×0\.\d\d \| 0\.\d\d to 0\.\d\d \| 1\d\.\d % \| worse \|$/m,
    );
  });

  it('makes a baseline of several runs, or none where they differ', async () => {
    const path = join(folder, 'several.json');
    const update = (...runs: readonly string[]) =>
      lvsLabHere('gate', '-b', path, '--update-baseline', ...runs);
    const other = gatedResult({ seed: 3 });
    const differing = await update(
      written('one.json', gatedResult()),
      written('two.json', { ...other, scale: other.scale.map((one) => ({ ...one, digest: 'feed' })) }),
    );
    expect(differing.exitCode).toBe(5);
    expect(differing.stderr).toContain('is not the same in all of these runs');
    expect(existsSync(path)).toBe(false);
    expect((await update(written('one.json', gatedResult()), written('two.json', other))).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ madeFrom: { runs: 2 } });
  });

  it.each([
    [
      ['--baseline', '/nonexistent.json'],
      /^lvs-lab: \/nonexistent\.json: expected a baseline: there is no such file\n/,
    ],
    [['/nonexistent/result.json'], /no such file/],
    [['--expected', '/nonexistent.json'], /expected a list of expected failures/],
    [['--effect', '0'], /percentage above 0/],
    [['--effect', 'much'], /percentage above 0/],
    [['--timings', 'sometimes'], /choices are auto, always, never/],
    [['same.json', 'same.json'], /only one result can be compared with a baseline/],
  ])('refuses %j with exit code 2, without a stack', async (args, message) => {
    const same = written('same.json', gatedResult({ seed: 2 }));
    const given = args.map((arg) => (arg === 'same.json' ? same : arg));
    const { exitCode, stdout, stderr } = await gate(
      ...given,
      ...(given.length === 2 && given[0]!.startsWith('-') ? [same] : []),
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is short where all is well: some of what is new, better or not compared; all of it with --verbose', async () => {
    const result = gatedResult({ seed: 2, speed: { ts: 1.5 } });
    const [first] = result.cases;
    const added = Array.from({ length: 30 }, (_, i) => ({ ...first!, id: `nat/new/case-${i}` }));
    const file = written('more.json', { ...result, cases: [...result.cases, ...added] });
    const brief = await gate(file);
    const verbose = await gate('--verbose', file);
    expect([brief.exitCode, verbose.exitCode]).toEqual([0, 0]);
    expect(brief.stdout.split('\n').length).toBeLessThanOrEqual(25);
    expect(brief.stdout).toMatch(/^better: \d+ \(2 of them here; --verbose has all\)$/m);
    expect(brief.stdout).toMatch(/^new: 30 \(2 of them here; --verbose has all\)$/m);
    expect(verbose.stdout).toContain('nat/new/case-29');
  });

  it.each<[string, object, RegExp]>([
    ['another profile', { profile: 'quick' }, /the run with quick: /],
    [
      'another command',
      { profile: undefined, command: 'lvs-lab replay' },
      /the run is of "lvs-lab replay": /,
    ],
  ])('refuses a run of %s, in one sentence', async (_what, of, expected) => {
    const result = gatedResult({ seed: 2 });
    const { exitCode, stdout, stderr } = await gate(
      written('profile.json', { ...result, run: { ...result.run, ...of } }),
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .* profile default, .*run "lvs-lab bench --profile default" first$/m);
    expect(stderr).toMatch(expected);
  });

  it('refuses a run with another seed, and says with which one to run it', async () => {
    const result = gatedResult({ seed: 2 });
    const { exitCode, stderr } = await gate(
      written('seed.json', { ...result, run: { ...result.run, seed: 7 } }),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/run again with --seed 42/);
  });
});

describe('lvs-lab gate of several directors', () => {
  /** A run of ts and nft; nft's cases are those of ts, some with another outcome. */
  const both = (changed: Readonly<Record<string, 'failed'>> = {}): Result => {
    const result = gatedResult({ seed: 2 });
    const nft = result.cases
      .filter(({ lab }) => lab === 'live')
      .map((one) => ({ ...one, director: 'nft', status: changed[one.id] ?? one.status }));
    return { ...result, cases: [...result.cases, ...nft] };
  };
  let ofBoth: string;
  beforeAll(async () => {
    ofBoth = join(folder, 'both.json');
    await lvsLabHere('gate', '-b', ofBoth, '--update-baseline', written('both-then.json', both()));
  });
  const worse = () => written('nft-worse.json', both({ 'nat/reply/source': 'failed' }));

  it('says how each of them does', async () => {
    const { exitCode, stdout } = await lvsLabHere('gate', '-b', ofBoth, worse());
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^worse: 1\n {2}nat\/reply\/source \(live nft wrr\)$/m);
    expect(stdout).toMatch(/^ {2}nft: 1 worse, \d+ same\n {2}ts: \d+ same$/m);
  });

  it('judges those alone that are asked for', async () => {
    const ts = await lvsLabHere('gate', '-b', ofBoth, '--director', 'ts', worse());
    expect(ts.exitCode).toBe(0);
    const nft = await lvsLabHere('gate', '-b', ofBoth, '--director', 'nft', worse());
    expect(nft.exitCode).toBe(4);
    expect(nft.stdout).not.toMatch(/\bts\b/);
  });

  it('says once that a director is missing', async () => {
    const alone = written('alone.json', gatedResult({ seed: 2 }));
    const { exitCode, stdout } = await lvsLabHere('gate', '-b', ofBoth, alone);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(
      /^vanished: 1\n {2}nft\n {6}the baseline holds \d+ facts of this director, and this run did not test it$/m,
    );
    const asked = await lvsLabHere('gate', '-b', ofBoth, '--director', 'ts', alone);
    expect(asked.exitCode).toBe(0);
  });

  it('passes no director of which the baseline holds nothing', async () => {
    const { exitCode, stdout } = await gate('--director', 'nft', written('both-now.json', both()));
    expect(exitCode).toBe(5);
    expect(stdout).toContain('The baseline holds nothing of nft.');
  });

  it('refuses a director that neither knows, and names those that there are', async () => {
    const { exitCode, stderr } = await lvsLabHere('gate', '-b', ofBoth, '--director', 'nfft', worse());
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/"nfft".*: ts, nft\./);
  });

  it('makes a baseline of one of them', async () => {
    const ofOne = join(folder, 'one.json');
    const made = ['gate', '-b', ofOne, '--update-baseline', '--director', 'nft'];
    expect((await lvsLabHere(...made, written('both-then.json', both()))).exitCode).toBe(0);
    const { cases, timings, mutants } = JSON.parse(readFileSync(ofOne, 'utf8'));
    expect(Object.keys(cases).every((key) => key.includes('(live nft '))).toBe(true);
    expect([Object.keys(cases).length, timings.benchmarks, mutants]).toEqual([14, {}, {}]);
  });
});
