import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allCases } from '../../../harness/conformance/catalogue.ts';
import { systemPath } from '../../../harness/environment/system-path.ts';
import { mutants } from '../../../harness/selftest/mutants/index.ts';
import { CHANGE_VARIABLE } from '../../../harness/selftest/source-change.ts';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import { RECORDS_DIRECTORY } from '../../../lab/netns/owner.ts';
import { until } from '../../../lab/netns/until.ts';
import { readResult } from '../../../reports/read-result.ts';
import type { Result } from '../../../reports/result.ts';
import { ARTICLE } from '../../../scenarios/article.ts';
import { describeAsRoot } from '../../root.ts';
import { latestOf, lvsLab, lvsLabHere } from '../command-line.ts';

const CLI = fileURLToPath(new URL('../../../harness/cli.ts', import.meta.url));
const NO_NATIVE = new URL('no-native.ts', import.meta.url).href;
const SOURCE_CHANGE = new URL('../../../harness/selftest/source-change.ts', import.meta.url).href;

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const resultIn = (out: string) => readResult(join(latestOf(out), 'result.json'));

describe('the catalogue in memory', () => {
  let out: string;
  let result: Result;
  let stdout: string;

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
    // Nothing of the machine: no other program, and no call past Node.
    const run = await execa(process.execPath, ['--import', NO_NATIVE, CLI, 'conformance', '--out', out], {
      reject: false,
      env: { PATH: '/nowhere', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
      extendEnv: false,
    });
    expect({ exitCode: run.exitCode, stderr: run.stderr }).toEqual({ exitCode: 0, stderr: '' });
    stdout = run.stdout;
    result = await resultIn(out);
  }, 300_000);
  afterAll(() => rm(out, { recursive: true }));

  it('passes: every case of every mode, each once', () => {
    expect(result.verdict).toMatchObject({ status: 'passed', exitCode: 0, reasons: [] });
    expect(result.cases.map(({ id }) => id).toSorted()).toEqual(
      allCases()
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(new Set(result.cases.map(({ lab }) => lab))).toEqual(new Set(['memory']));
    for (const one of result.cases) expect(['passed', 'skipped'], one.id).toContain(one.status);
  });

  it('says what it did not cover', () => {
    expect(result.notCovered.join('\n')).toMatch(/in memory.*real clients, servers and load: lvs-lab bench/s);
    expect(stdout).toMatch(/not covered: .*in memory/);
  });

  it('tells cases by mode, and not one by one', () => {
    expect(stdout).toMatch(/^✓ NAT · ts · packet by packet, in memory {2}\d+ cases hold$/m);
    expect(stdout).toMatch(/packet by packet +✓ NAT \d+, DR \d+, TUN \d+ cases hold$/m);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(60);
  });

  it('writes a ladder and a capture of each case that was played, and the reports', async () => {
    const directory = latestOf(out);
    expect(await readlink(directory)).toBe(result.run.id);
    expect(await readdir(directory)).toEqual(
      expect.arrayContaining(['cases', 'junit.xml', 'report.html', 'report.md', 'result.json']),
    );
    const withFlow = result.cases.filter(({ flow }) => flow !== undefined);
    expect(withFlow.length).toBeGreaterThan(100);
    for (const { flow } of withFlow) expect(existsSync(join(directory, flow!.pcap)), flow!.pcap).toBe(true);
    const ladder = result.cases.find(({ id }) => id === 'tun/outer/addresses')!.flow!;
    const put = ladder.rungs.find(({ from, changed }) => from === 'director' && changed.length > 0)!;
    expect(put.changed.map(({ field }) => field)).toContain('outer IP source');
  });
});

describe('a run of some cases', () => {
  it('is the same again with the same seed, to the byte of its captures', async () => {
    const captures = [];
    for (let i = 0; i < 2; i++) {
      const out = await folder();
      await lvsLabHere(
        'conformance',
        '--grep',
        'nat/scheduler/twos',
        'nat/request/t',
        '--seed',
        '7',
        '--out',
        out,
      );
      const directory = join(latestOf(out), 'cases');
      const files = (await readdir(directory)).toSorted();
      captures.push(
        await Promise.all(files.map(async (file) => [file, await readFile(join(directory, file))])),
      );
    }
    expect(captures[0]!.length).toBeGreaterThan(2);
    expect(captures[0]).toEqual(captures[1]);
  });

  it('prints its result where JSON is asked for, and nothing else', async () => {
    const out = await folder();
    const flags = ['--grep', 'dr/ttl', '--mode', 'dr', '--json', '--out', out];
    const { stdout, stderr, exitCode } = await lvsLabHere('conformance', ...flags);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(await resultIn(out));
    expect(stderr).toMatch(/Passed: \d+ cases? hold/);
  });

  it('has a row for every case where that is asked for', async () => {
    const out = await folder();
    const { stdout } = await lvsLabHere('conformance', '--grep', 'dr/request/t', '--verbose', '--out', out);
    expect(stdout).toMatch(/^ {2}✓ dr\/request\/ttl /m);
  });
});

describe('a run that judges nothing ends with exit code 5, and leaves a result and JUnit XML', () => {
  it.each([
    [['--grep', 'nothing'], /No case id starts with "nothing" in mode nat, dr, tun; "conformance --list"/],
    [['--grep', 'dr/request/ttl', 'dr/request/tll'], /No case id starts with "dr\/request\/tll"/],
    [['--mode', 'dr', '--grep', 'nat/request'], /No case id starts with "nat\/request" in mode dr/],
    [['--grep', 'nat/store/session'], /Every case was skipped/],
  ])('%j', async (flags, message) => {
    const out = await folder();
    const { exitCode, stdout } = await lvsLabHere('conformance', ...flags, '--out', out);
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(message);
    // It is not what one looks at later: `latest` stays with the run before.
    const [run = '', ...others] = await readdir(out);
    expect(others).toEqual([]);
    const { verdict } = await readResult(join(out, run, 'result.json'));
    expect(verdict).toMatchObject({ status: 'untrusted', exitCode: 5 });
    expect(await readFile(join(out, run, 'junit.xml'), 'utf8')).toContain('<error');
  });
});

describe('a run with a mutant', () => {
  it('fails with exit code 1, and what it found can be read and looked at', async () => {
    const out = await folder();
    const { file, before, after } = mutants.find(({ id }) => id === 'reply-port-kept')!;
    const args = ['conformance', '--grep', 'nat/reply/ports', 'nat/reply/source', '--out', out];
    const { exitCode, stdout } = await execa(process.execPath, ['--import', SOURCE_CHANGE, CLI, ...args], {
      reject: false,
      env: { [CHANGE_VARIABLE]: JSON.stringify({ file, before, after }) },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/source port +8000 +9001/);
    const { cases } = await resultIn(out);
    expect(cases.map(({ status }) => status)).toEqual(['failed', 'failed']);
    for (const { findings, flow } of cases) {
      expect(flow!.rungs.length).toBeGreaterThan(0);
      expect(stdout).toContain(flow!.pcap);
      for (const { command, packet } of findings) {
        const { frame, capture } = packet!;
        const place = { host: '', interface: '', file: join(latestOf(out), capture) };
        const { packets } = await readCapture(place);
        const shown = await execa('sh', ['-c', command!], {
          cwd: latestOf(out),
          env: { PATH: systemPath() },
        });
        expect(shown.stdout.match(/^ *\d+ {2}\d\d:\d\d:\d\d/gm)).toEqual([
          expect.stringMatching(new RegExp(`^ *${frame} `)),
        ]);
        expect(shown.stdout).toContain(`.${packets[frame - 1]!.ip!.sourcePort} >`);
      }
    }
  });
});

describe('a run that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with exit code 130 and a result on %s', async (signal) => {
    const out = await folder();
    const run = lvsLab('conformance', '--out', out);
    const played = async () => {
      const [folder = ''] = await readdir(out);
      return (await readdir(join(out, folder, 'cases')).catch(() => [])).length;
    };
    expect(await until(async () => (await played()) > 20 || undefined, { limitMs: 30_000 })).toBe(true);
    run.kill(signal);
    const { exitCode, stderr } = await run;
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
    const { verdict, cases } = await resultIn(out);
    expect(verdict).toMatchObject({ status: 'interrupted', reasons: [`Interrupted by ${signal}.`] });
    expect(cases.length).toBeGreaterThan(10);
    expect(cases.length).toBeLessThan(allCases().length);
    expect(existsSync(join(latestOf(out), 'junit.xml'))).toBe(true);
  });
});

describe('the list of cases', () => {
  it('has a line for each: id, what is asked for, source', async () => {
    const { exitCode, stdout } = await lvsLabHere('conformance', '--list');
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.split('\t'));
    expect(lines.map(([id]) => id)).toEqual(allCases().map(({ id }) => id));
    for (const [, requirement, source] of lines) {
      expect(requirement).toMatch(/\.$/);
      expect(source).toMatch(/article: |RFC |kernel: |contract: /);
    }
  });

  it('may be read as far as one likes', async () => {
    const { exitCode, stderr } = await execa('sh', [
      '-c',
      '"$0" "$1" conformance --list | head -n 0',
      process.execPath,
      CLI,
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it('can be had for one kind of source, and as JSON', async () => {
    const { stdout } = await lvsLabHere('conformance', '--list', '--source', 'rfc', '--json');
    const entries = JSON.parse(stdout) as { id: string; sources: { kind: string }[] }[];
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.length).toBeLessThan(allCases().length);
    for (const { sources } of entries) expect(sources.some(({ kind }) => kind === 'rfc')).toBe(true);
  });

  it('shows each sentence of the article with the cases that cover it', async () => {
    const { exitCode, stdout, stderr } = await lvsLabHere('conformance', '--list', '--source', 'article');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.split('\t'));
    expect(lines.map(([key, sentence]) => [key, sentence])).toEqual(Object.entries(ARTICLE));
    const ids = new Set(allCases().map(({ id }) => id));
    for (const [, , cases] of lines) for (const id of cases!.split(', ')) expect(ids.has(id), id).toBe(true);
  });
});

describe('the command line', () => {
  it.each([
    [['--lab', 'cloud'], /Allowed choices are memory, netns/],
    [['--mode', 'foo'], /There is no "foo"; choose from nat, dr, tun/],
    [['--source', 'rfc'], /--source needs --list/],
    [['--list', '--source', 'rumour'], /Allowed choices are article, rfc, kernel/],
    [['--seed', 'x'], /whole number from 0/],
    [['--bogus'], /unknown option '--bogus'/],
  ])('refuses %j with exit code 2', async (flags, message) => {
    const { exitCode, stdout, stderr } = await lvsLabHere('conformance', ...flags);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('ends with exit code 3 where results cannot be written', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    const { exitCode, stderr } = await lvsLabHere('conformance', '--grep', 'dr/ttl', '--out', file);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/cannot be written to .*EEXIST.*\nGive a folder with --out/);
    // Where the kernel denies that folders are there, Node's own way of making them would not end.
    const nowhere = await lvsLabHere('conformance', '--grep', 'dr/ttl', '--out', '/proc/x/y');
    expect(nowhere).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/cannot be written to \/proc\/x\/y/),
    });
  });
});

describeAsRoot('as an ordinary user', () => {
  const asUser = (...args: readonly string[]) =>
    execa('setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', ...args], { reject: false });

  it.for(['conformance', 'bench'])(
    '%s plays the catalogue, and says what was not covered',
    async (command, { skip }) => {
      const readable = await asUser('test', '-r', CLI, '-a', '-x', process.execPath);
      if (readable.failed) skip('other users may not read this checkout');
      const out = await folder();
      await chmod(out, 0o777);
      // As it is once root has run a director.
      await mkdir(RECORDS_DIRECTORY, { recursive: true });
      await chmod(RECORDS_DIRECTORY, 0o700);
      const flags = ['--mode', 'dr', '--grep', 'dr/request', 'dr/timeout/udp', 'dr/udp/echo', '--out', out];
      const { exitCode, stdout } = await asUser(process.execPath, CLI, command, ...flags);
      expect(exitCode).toBe(0);
      const { cases, notCovered } = await resultIn(out);
      expect(cases.length).toBeGreaterThan(10);
      for (const { id, status } of cases)
        expect(status, id).toBe(id === 'dr/udp/echo' ? 'skipped' : 'passed');
      expect(notCovered.join('\n')).toMatch(/1 case needs real clients/);
      expect(notCovered.join('\n')).toMatch(command === 'bench' ? /root/ : /in memory/);
      expect(stdout).toContain('not covered:');
    },
  );
});

describeAsRoot('the catalogue around the running director', () => {
  it('passes, by the same cases', async () => {
    const out = await folder();
    const flags = ['--lab', 'netns', '--mode', 'tun', '--grep', 'tun/request', 'tun/outer', 'tun/timeout'];
    const { exitCode, stderr } = await lvsLabHere('conformance', ...flags, '--out', out);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { cases, notCovered } = await resultIn(out);
    expect(cases.filter(({ status }) => status === 'passed').length).toBeGreaterThan(20);
    for (const { lab } of cases) expect(lab).toBe('netns');
    const skipped = cases.filter(({ status }) => status === 'skipped');
    expect(skipped.length).toBeGreaterThan(0);
    for (const { reason } of skipped) expect(reason).toMatch(/played in memory/);
    expect(notCovered).toEqual([expect.stringMatching(/minutes and hours to pass/)]);
  });
});
