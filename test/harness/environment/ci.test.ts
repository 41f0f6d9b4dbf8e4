import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Its step, as npm is told. */
const BENCH = 'run bench -- --profile quick';

const SCRIPT = fileURLToPath(new URL('../../../.ci/run', import.meta.url));

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'lvs-lab-ci-'));
  mkdirSync(join(project, '.ci'));
  mkdirSync(join(project, 'reports/out'), { recursive: true });
  copyFileSync(SCRIPT, join(project, '.ci/run'));
});
afterEach(() => rmSync(project, { recursive: true }));

const counts = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
const green = { ...counts, success: true, testResults: [] };

/**
 * Runs the script with an npm that does as told: which steps fail (`run bench`, or `run bench: 5` for an exit code), and
 * which results the tests write.
 */
async function ci(failing: readonly string[], results: object | undefined) {
  writeFileSync(join(project, 'results.json'), results === undefined ? '' : JSON.stringify(results));
  const write = results === undefined ? ':' : 'cp results.json reports/out/tests.json';
  const fails = failing
    .map((step) => step.split(': '))
    .map(([step, code = '1']) => `[ "$*" != "${step}" ] || exit ${code}`)
    .join('\n');
  const npm = `#!/bin/sh\necho "npm $*" >> steps\n[ "$1" != test ] || ${write}\n${fails}\n`;
  writeFileSync(join(project, 'npm'), npm, { mode: 0o755 });
  const run = await execa(join(project, '.ci/run'), {
    env: { PATH: `${project}:${process.env.PATH}` },
    reject: false,
    all: true,
  });
  return { exitCode: run.exitCode, lastLine: run.all.split('\n').at(-1), output: run.all };
}

describe('.ci/run', () => {
  it('passes when every step does, and ends in the count', async () => {
    expect(await ci([], green)).toMatchObject({ exitCode: 0, lastLine: '7 passed, 0 failed' });
  });

  it('says how long each step took', async () => {
    const { output } = await ci([`${BENCH}: 1`], green);
    expect(output.match(/^== .* took \d+ s$/gm)?.map((line) => line.replace(/\d+ s$/, 'n s'))).toEqual(
      [
        'npm ci --no-audit --no-fund',
        'npm run check',
        'end_of_fuzzing',
        'npm test',
        'npm run selftest:generated',
        'npm run conformance:ipvs',
        `npm ${BENCH}`,
        'npm run gate:quick',
      ].map((step) => `== ${step} took n s`),
    );
  });

  it('names what failed again at its end, with the reason', async () => {
    const assertionResults = [
      { status: 'passed', fullName: 'a network is built', failureMessages: [] },
      {
        status: 'failed',
        fullName: 'a network is taken down',
        failureMessages: ['expected 1 to be 0\n  at x'],
      },
    ];
    const testResults = [{ name: 'test/lab.test.ts', status: 'failed', message: '', assertionResults }];
    const { output } = await ci(['test'], { ...green, success: false, numFailedTests: 1, testResults });
    const tail = output.split('\n').slice(-6).join('\n');
    expect(tail).toBe(
      'FAILED: npm test\nFAILED: test/lab.test.ts\n  a network is taken down\n    expected 1 to be 0\n      at x\n' +
        '7 passed, 1 failed',
    );
  });

  it('names skipped tests', async () => {
    const results = { ...green, numPendingTests: 2, numTodoTests: 1 };
    expect(await ci([], results)).toMatchObject({ exitCode: 0, lastLine: '7 passed, 0 failed, 3 skipped' });
  });

  it('fails with the tests, and has the bench run all the same', async () => {
    const results = { ...green, success: false, numFailedTests: 2 };
    const run = await ci(['test'], results);
    expect(run).toMatchObject({ exitCode: 1, lastLine: '7 passed, 2 failed' });
    expect(run.output).toContain('== npm run bench');
  });

  it.each(['2', '3', '5'])(
    'fails with a bench that ends with %s although every test passed',
    async (code) => {
      const run = await ci([`${BENCH}: ${code}`], green);
      expect(run).toMatchObject({ exitCode: 1, lastLine: '7 passed, 0 failed' });
      expect(run.output).toContain('FAILED: npm run bench');
      expect(run.output).not.toContain('== npm run gate');
    },
  );

  it('leaves a case that fails to the gate, which knows the expected ones', async () => {
    expect(await ci([`${BENCH}: 1`], green)).toMatchObject({ exitCode: 0, lastLine: '7 passed, 0 failed' });
    const worse = await ci([`${BENCH}: 1`, 'run gate:quick: 4'], green);
    expect(worse).toMatchObject({ exitCode: 1, lastLine: '7 passed, 0 failed' });
    expect(worse.output).toContain('FAILED: npm run gate:quick');
  });

  it('fails with the gate, although the bench passed', async () => {
    const run = await ci(['run gate:quick: 4'], green);
    expect(run).toMatchObject({ exitCode: 1, lastLine: '7 passed, 0 failed' });
    expect(run.output).toContain('FAILED: npm run gate:quick');
  });

  it('fails when a results file says so although the runner ended well', async () => {
    const results = { ...green, success: false, numFailedTests: 1 };
    expect(await ci([], results)).toMatchObject({ exitCode: 1, lastLine: '7 passed, 1 failed' });
  });

  it('fails with fuzzing, whose findings it shows', async () => {
    const run = await ci(['run fuzz -- --seconds 60'], green);
    expect(run).toMatchObject({ exitCode: 1, lastLine: '7 passed, 0 failed' });
    expect(run.output).toContain('FAILED: npm run fuzz');
  });

  it('counts a file that broke before its tests', async () => {
    const broken = { status: 'failed', assertionResults: [] };
    const results = { ...green, success: false, testResults: [broken, broken] };
    expect(await ci(['test'], results)).toMatchObject({ exitCode: 1, lastLine: '7 passed, 2 failed' });
  });

  it('takes no tests at all for a failure', async () => {
    expect(await ci([], { ...green, numPassedTests: 0 })).toMatchObject({
      exitCode: 1,
      lastLine: '0 passed, 1 failed',
    });
  });

  it('does not count the results of an earlier run', async () => {
    writeFileSync(join(project, 'reports/out/tests.json'), JSON.stringify(green));
    expect(await ci([], undefined)).toMatchObject({ exitCode: 1, lastLine: '0 passed, 1 failed' });
  });

  it.each(['ci --no-audit --no-fund', 'run check'])(
    'stops when "npm %s" fails, and says where',
    async (step) => {
      const run = await ci([step], green);
      expect(run).toMatchObject({ exitCode: 1, lastLine: '0 passed, 1 failed' });
      expect(run.output).toContain(`FAILED: npm ${step}`);
      expect(run.output).not.toContain('== npm test');
    },
  );
});

describe('the workflow', () => {
  it('runs what this script runs: the script, and nothing of the project besides', () => {
    const path = fileURLToPath(new URL('../../../.github/workflows/ci.yml', import.meta.url));
    const commands = readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim().replace(/^run: /, ''));
    expect(commands.filter((line) => /(^|\s)\.ci\/run$/.test(line))).toHaveLength(1);
    expect(commands.filter((line) => /\b(npm|npx|node|vitest|lvs-lab) /.test(line))).toEqual([]);
  });
});
