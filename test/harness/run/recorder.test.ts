import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EnvironmentMissingError } from '../../../harness/environment/environment-missing-error.ts';
import { pruneRuns } from '../../../harness/run/prune-runs.ts';
import { RunRecorder } from '../../../harness/run/recorder.ts';
import { verdictOf } from '../../../harness/run/verdict.ts';
import { readResult } from '../../../reports/read-result.ts';
import { createTerminal } from '../../../reports/terminal.ts';
import { failingResult, passingResult } from '../../reports/results.ts';
import { describeAsRoot } from '../../root.ts';

const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
let outDirectory: string;
let said: string;
beforeEach(async () => {
  outDirectory = await mkdtemp(join(tmpdir(), 'lvs-lab-recorder-'));
  said = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  onTestFinished(() => spy.mockRestore());
});
afterEach(() => rm(outDirectory, { recursive: true }));

/** A run with these cases, its folder made. */
async function recorded({ cases, directors, sessions }: ReturnType<typeof passingResult>) {
  const recorder = new RunRecorder(
    { outDirectory, command: 'lvs-lab bench', seed: 1 },
    createTerminal(silent, silent),
  );
  await recorder.open();
  recorder.cases.push(...cases);
  recorder.directors.push(...directors);
  recorder.sessions.push(...sessions);
  return recorder;
}

describe('the end of a run, when a report cannot be made', () => {
  it.each([
    ['that passed: it cannot be trusted to have said all', passingResult(), 5],
    ['that failed: it has failed', failingResult(), 1],
  ])('%s', async (_, result, exitCode) => {
    const judged = result.cases.filter(({ status }) => status !== 'error');
    const recorder = await recorded({ ...result, cases: judged });
    await mkdir(join(recorder.directory, 'report.html', 'occupied'), { recursive: true });
    expect(await recorder.finish(verdictOf(recorder.cases, []))).toBe(exitCode);
    expect(said).toContain('report.html was not written: ');
    const files = await readdir(recorder.directory);
    expect(files).toEqual(expect.arrayContaining(['junit.xml', 'report.md', 'result.json']));
  });
});

describeAsRoot('the end of a run on a disk that is full', () => {
  it('leaves result and reports where there is room, and says where', async () => {
    const recorder = await recorded(failingResult());
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', recorder.directory]);
    const ended: unknown = await recorder
      .finish(verdictOf(recorder.cases, []))
      .catch((error) => error)
      .finally(() => execa('umount', [recorder.directory]));
    expect(ended).toBeInstanceOf(EnvironmentMissingError);
    const { exitCode, message } = ended as EnvironmentMissingError;
    expect(exitCode).toBe(3);
    expect(message).toMatch(/ENOSPC: no space left on device/);
    const [, refuge = ''] = /lie in (\S+) instead/.exec(message) ?? [];
    onTestFinished(() => rm(refuge, { recursive: true }));
    expect((await readdir(refuge)).sort()).toEqual(['junit.xml', 'report.html', 'report.md', 'result.json']);
    expect((await readResult(join(refuge, 'result.json'))).cases).toEqual(recorder.cases);
  });
});

describe('earlier runs in the folder', () => {
  const names = async () => (await readdir(outDirectory)).toSorted();

  /** Runs of five seconds, one after the other, of which those named have no result. */
  async function earlierRuns(unfinished: readonly string[]): Promise<string[]> {
    const ids = [1, 2, 3, 4, 5].map((second) => `20260301T12000${second}-00a${second}`);
    for (const id of ids) {
      await mkdir(join(outDirectory, id));
      if (!unfinished.includes(id)) await writeFile(join(outDirectory, id, 'result.json'), '{}');
    }
    return ids;
  }

  it('are removed, the oldest first, so that as many finished ones stay as were asked for', async () => {
    const ids = await earlierRuns([]);
    await writeFile(join(outDirectory, 'tests.json'), '{}');
    const { cases, directors } = passingResult();
    const recorder = new RunRecorder(
      { outDirectory, keepRuns: 3, command: 'lvs-lab bench', seed: 1 },
      createTerminal(silent, silent),
    );
    await recorder.open();
    recorder.cases.push(...cases);
    recorder.directors.push(...directors);
    await recorder.finish(recorder.verdict);
    expect(await names()).toEqual(
      [...ids.slice(3), basename(recorder.directory), 'latest', 'tests.json'].toSorted(),
    );
  });

  it('stay where they have no result, as those that go on', async () => {
    const [first = '', second = '', ...others] = await earlierRuns(['20260301T120001-00a1']);
    expect(await pruneRuns(outDirectory, 3)).toEqual([join(outDirectory, second)]);
    expect(await names()).toEqual([first, ...others]);
  });
});
