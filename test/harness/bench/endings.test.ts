import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { type LabSummary, listLabs } from '../../../lab/index.ts';
import { processesOf } from '../../../lab/netns/processes.ts';
import { until } from '../../../lab/netns/until.ts';
import { readResult } from '../../../reports/read-result.ts';
import { expectNothingLeft, temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { lvsLab, shortBench } from '../command-line.ts';

/** A bench with one server: what it measures does not matter, only how it ends. */
function smallBench(out: string, ...more: readonly string[]) {
  return shortBench(out, '--servers', '1', ...more);
}

async function outDirectory(): Promise<string> {
  const { path, [Symbol.asyncDispose]: remove } = await temporaryRunDirectory();
  onTestFinished(remove);
  return path;
}

type Moment = (lab: LabSummary, pids: readonly number[]) => Promise<boolean> | boolean;

/** The lab of a bench with the processes in it, as soon as it has one for which `isSo` holds. Some run for a moment only. */
async function labWithProcesses(pid: number | undefined, isSo: Moment) {
  const found = await until(
    async () => {
      const lab = (await listLabs()).find((one) => one.pid === pid);
      if (lab === undefined) return undefined;
      const pids = await processesOf(lab);
      return (await isSo(lab, pids)) ? { lab, pids } : undefined;
    },
    { limitMs: 20_000, everyMs: 5 },
  );
  if (found === undefined) throw new Error(`the lab of process ${pid} did not come as far as was waited for`);
  return found;
}

async function labOf(pid: number | undefined, isSo: Moment): Promise<LabSummary> {
  return (await labWithProcesses(pid, isSo)).lab;
}

/** The director's own process in a lab; nothing while it is not ready. */
async function directorOf({ runDirectory, prefix }: LabSummary): Promise<number | undefined> {
  if (!existsSync(join(runDirectory, 'logs', 'director-director.log'))) return undefined;
  const { stdout } = await execa('ip', ['netns', 'pids', `${prefix}director`], { reject: false });
  for (const pid of stdout.split('\n').filter((line) => line !== '')) {
    const { stdout: command } = await execa('cat', [`/proc/${pid}/cmdline`], { reject: false });
    if (command.includes('director/main.ts')) return Number(pid);
  }
  return undefined;
}

async function isUnderLoad({ runDirectory }: LabSummary): Promise<boolean> {
  const log = join(runDirectory, 'logs', 'director-director.log');
  const { stdout } = await execa('grep', ['-c', '^ready: ', log], { reject: false });
  return stdout === '1';
}

describeAsRoot('how a bench ends', () => {
  it.each([
    ['SIGINT', 'it is under load', isUnderLoad, 10],
    ['SIGTERM', 'its programs start', (_lab, pids) => pids.length > 3, 3],
    ['SIGHUP', 'its network is being built', ({ namespaces }) => namespaces.length > 0, 0],
  ] as [NodeJS.Signals, string, Moment, number][])(
    'on %s while %s: exit code 130, a result, nothing left',
    async (signal, _while, moment, atLeast) => {
      const out = await outDirectory();
      const bench = smallBench(out);
      const { lab, pids } = await labWithProcesses(bench.pid, moment);
      expect(pids.length).toBeGreaterThanOrEqual(atLeast);
      bench.kill(signal);
      const { exitCode, stderr } = await bench;
      expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
      await expectNothingLeft(lab.id, pids);
      const { verdict } = await readResult(join(out, 'latest', 'result.json'));
      expect(verdict).toMatchObject({
        status: 'interrupted',
        exitCode: 130,
        reasons: [`Interrupted by ${signal}.`],
      });
    },
  );

  it('on SIGKILL at some moment: whoever comes next takes down what is left', async () => {
    const out = await outDirectory();
    const killed: { lab: LabSummary; pids: number[] }[] = [];
    const moments: Moment[] = [
      () => true,
      ({ namespaces }) => namespaces.length > 3,
      (_lab, pids) => pids.length > 3,
      isUnderLoad,
    ];
    for (const moment of moments) {
      const bench = smallBench(out);
      killed.push(await labWithProcesses(bench.pid, moment));
      bench.kill('SIGKILL');
      expect((await bench).signal).toBe('SIGKILL');
    }
    const { exitCode } = await lvsLab('lab', 'remove');
    expect(exitCode).toBe(0);
    for (const { lab, pids } of killed) await expectNothingLeft(lab.id, pids);
    const { stdout } = await lvsLab('lab', 'list');
    for (const { lab } of killed) expect(stdout).not.toContain(lab.id);
  });

  it('when the director is killed: at once, exit code 5, and the verdict names it', async () => {
    const out = await outDirectory();
    const bench = smallBench(out, '--duration', '30s');
    const lab = await labOf(bench.pid, isUnderLoad);
    const director = await directorOf(lab);
    expect(director).toBeDefined();
    process.kill(director!, 'SIGKILL');
    const { exitCode, stdout, timedOut } = await bench;
    // It does not wait for the load of 30 s, which the time limit of the program would end.
    expect({ exitCode, timedOut }).toEqual({ exitCode: 5, timedOut: false });
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /the director ended by itself, by SIGKILL; see \S*director-director\.log/,
    );
    await expectNothingLeft(lab.id);
    const { verdict, cases, run } = await readResult(join(out, 'latest', 'result.json'));
    expect(verdict.status).toBe('untrusted');
    expect(verdict.reasons[0]).toMatch(/^dr with rr: the director ended by itself, by SIGKILL/);
    expect(new Set(cases.map(({ status }) => status))).toEqual(new Set(['error']));
    expect(run.durationMs).toBeLessThan(30_000);
  });

  it('when a capture is killed: at once, exit code 5, and the verdict names it', async () => {
    const out = await outDirectory();
    const bench = smallBench(out, '--duration', '30s');
    const lab = await labOf(bench.pid, isUnderLoad);
    const { stdout: pids } = await execa('ip', ['netns', 'pids', `${lab.prefix}fabric`]);
    const programs = await Promise.all(
      pids.split('\n').map(async (pid) => ({
        pid,
        words: (await execa('cat', [`/proc/${pid}/cmdline`], { reject: false })).stdout.split('\0'),
      })),
    );
    const capture = programs.find(({ words }) => words[0] === 'tcpdump' && words.includes('client.eth0'));
    process.kill(Number(capture!.pid), 'SIGKILL');
    const { exitCode, stdout, timedOut } = await bench;
    // It does not wait for the load of 30 s, which the time limit of the program would end.
    expect({ exitCode, timedOut }).toEqual({ exitCode: 5, timedOut: false });
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/tcpdump on client eth0 ended by SIGKILL/);
    await expectNothingLeft(lab.id);
    expect((await readResult(join(out, 'latest', 'result.json'))).run.durationMs).toBeLessThan(30_000);
  });

  it('with --keep: the lab stays up and works until it is removed', async () => {
    const out = await outDirectory();
    onTestFinished(async () => {
      for (const { id, runDirectory } of await listLabs()) {
        if (runDirectory.startsWith(out)) await lvsLab('lab', 'remove', id);
      }
    });
    const { exitCode, stdout } = await shortBench(out, '--keep');
    const id = /lab remove ([0-9a-f]+)/.exec(stdout)?.[1] ?? '';
    expect(exitCode).toBe(0);
    const enter = /enter a host: +ip netns exec (\S+) /.exec(stdout)?.[1] ?? '';
    const servers = new Set<string>();
    for (let i = 0; i < 6; i++) {
      const { stdout: answer } = await execa('ip', [
        'netns',
        'exec',
        enter,
        'curl',
        '-sS',
        '-m',
        '5',
        'http://10.0.2.100/',
      ]);
      servers.add(JSON.parse(answer).server);
    }
    expect([...servers].sort()).toEqual(['rs1', 'rs2', 'rs3']);
    const lab = (await listLabs()).find((one) => one.id === id);
    expect(lab).toMatchObject({ kept: true, ownerAlive: false });
    const pids = await processesOf(lab!);
    expect((await lvsLab('lab', 'remove', id)).exitCode).toBe(0);
    await expectNothingLeft(id, pids);
  });
});
