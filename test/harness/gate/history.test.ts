import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryReport } from '../../../reports/gate/history-document.ts';
import { type Result, resultSchema } from '../../../reports/result.ts';
import { lvsLabHere } from '../command-line.ts';
import { gatedResult, type Noise } from './results.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-history-'));
  // Not the summary of the job that runs these tests.
  for (const name of ['GITHUB_STEP_SUMMARY', 'GITHUB_ACTIONS']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const COMMIT = 'c0ffee'.padEnd(40, '0');

/** The runs of a month, one a day, each as noisy as real ones. */
function written(days: readonly (Noise & { readonly change?: (result: Result) => Result })[]): void {
  for (const [i, { change = (result: Result) => result, ...noise }] of days.entries()) {
    const result = gatedResult({ seed: i + 1, perRun: 0.02, ...noise });
    const day = String(i + 1).padStart(2, '0');
    const run = {
      ...result.run,
      id: `run-${day}`,
      startedAt: `2026-03-${day}T12:00:00.000Z`,
      commit: COMMIT,
    };
    mkdirSync(join(folder, run.id));
    writeFileSync(
      join(folder, run.id, 'result.json'),
      JSON.stringify(resultSchema.parse(change({ ...result, run }))),
    );
  }
  symlinkSync(`run-${String(days.length).padStart(2, '0')}`, join(folder, 'latest'));
}

const STEADY = Array.from({ length: 8 }, () => ({}));
const SLOW = { speed: { ts: 0.75 } };
const history = (...args: readonly string[]) => lvsLabHere('gate', '--history', folder, ...args);
const json = async (...args: readonly string[]): Promise<HistoryReport> =>
  JSON.parse((await history('--json', ...args)).stdout);

describe('lvs-lab gate --history', () => {
  it('passes where nothing changed', async () => {
    written(STEADY);
    const { exitCode, stdout, stderr } = await history();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^History: 8 runs of profile default on .*, 2026-03-01 to 2026-03-08\nBenchmarks: 9 steady\nNo benchmark got worse \(exit code 0\)$/,
    );
  });

  it('fails after a change for the worse, and says since which run and commit, and by how much', async () => {
    written([...STEADY, SLOW, SLOW, SLOW]);
    const { exitCode, stdout } = await history();
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/packets\/nat\/ts +11 +0\.\d+ → 0\.\d+ +2\d\.\d % worse +2026-03-09, run run-09/);
    expect(stdout).toMatch(/Worse than before: 9 of 9 benchmarks \(exit code 4\)$/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const { trends } = await json();
    expect((await json('--director', 'ts')).trends).toEqual(trends);
    expect(trends.map(({ lastChange }) => lastChange?.run)).toEqual(
      trends.map(() => expect.objectContaining({ id: 'run-09', commit: COMMIT })),
    );
  });

  it('passes once it was made good, or where only later runs are looked at', async () => {
    const slower = { speed: { ts: 0.6 } };
    written([...STEADY, slower, slower, slower, {}, {}, {}]);
    expect((await json()).trends.map(({ answer, groups }) => [answer, groups.length])).toEqual(
      Array.from({ length: 9 }, () => ['better', 3]),
    );
    expect((await json('--last', '3')).trends.every(({ answer }) => answer === 'steady')).toBe(true);
  });

  it('compares only runs with the profile of the last one, on its kind of processor, and says what it left out', async () => {
    const elsewhere = (result: Result): Result => {
      const machine = { ...result.run.machine, cpu: 'Another CPU' };
      return { ...result, run: { ...result.run, machine } };
    };
    const quick = (result: Result): Result => ({ ...result, run: { ...result.run, profile: 'quick' } });
    const cut = (result: Result): Result => ({
      ...result,
      verdict: { ...result.verdict, status: 'untrusted' },
    });
    written([
      { ...SLOW, change: elsewhere },
      { ...SLOW, change: quick },
      { ...SLOW, change: cut },
      ...STEADY,
    ]);
    writeFileSync(join(folder, 'notes.json'), '{}');
    const report = await json();
    expect(report.exitCode).toBe(0);
    expect(report.runs).toHaveLength(8);
    expect(report.leftOut).toEqual([
      '1 run cannot be trusted.',
      '1 run has another profile than the last.',
      '1 run was made on another machine.',
      '1 file is no result of this version.',
    ]);
  });

  it('proves nothing by one run, nor by a last run that cannot be trusted', async () => {
    written([{}]);
    const alone = await history();
    expect(alone.exitCode).toBe(5);
    expect(alone.stdout).toContain('No benchmark was measured in two runs that can be compared.');
    rmSync(join(folder, 'latest'));
    mkdirSync(join(folder, 'next'));
    const last = gatedResult();
    const verdict = { ...last.verdict, status: 'interrupted' as const };
    const run = { ...last.run, id: 'next', startedAt: '2026-04-01T12:00:00.000Z' };
    writeFileSync(join(folder, 'next', 'result.json'), JSON.stringify({ ...last, run, verdict }));
    const ended = await history();
    expect(ended.exitCode).toBe(5);
    expect(ended.stdout).toContain('The last run, next, is interrupted.');
  });

  it('writes a page with a plot of each benchmark', async () => {
    written([...STEADY, SLOW, SLOW, SLOW]);
    await history('--html', join(folder, 'trends.html'));
    const page = readFileSync(join(folder, 'trends.html'), 'utf8');
    expect(page.match(/<svg role="img"/g)).toHaveLength(9);
    expect(page).toContain('Worse than before: 9 of 9 benchmarks');
    expect(page).toMatch(
      /aria-label="throughput\/packets\/nat\/ts, ratio .* 2\d\.\d % worse since 2026-03-09/,
    );
  });

  it('tells GitHub, with an error for each benchmark that got worse', async () => {
    written([...STEADY, SLOW, SLOW, SLOW]);
    const summary = join(folder, 'summary.md');
    vi.stubEnv('GITHUB_ACTIONS', 'true');
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
    const { stdout } = await history();
    expect(stdout.match(/^::error title=throughput\//gm)).toHaveLength(9);
    expect(readFileSync(summary, 'utf8')).toContain('# History: Worse than before: 9 of 9 benchmarks');
  });

  it.each([
    { args: ['run.json'], told: /--history takes its runs from a folder/ },
    {
      args: ['--html', 'a.html', '--director', 'haproxy'],
      told: /Nothing here is about the director "haproxy"/,
    },
    { args: ['--last', '1'], told: /Expected a whole number from 2/ },
  ])('refuses $args', async ({ args, told }) => {
    written([{}]);
    const { exitCode, stderr } = await history(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(told);
  });

  it('says where there are no results', async () => {
    const { exitCode, stderr } = await history();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('expected the results of runs, and there are none');
  });
});
