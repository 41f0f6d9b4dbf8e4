/** The package as its users have it: packed, and installed into an empty folder. Needs what npm has fetched before, or a registry. */
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeAsRoot } from '../root.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE = dirname(process.execPath);
let folder = '';

const inFolder = (file: string, args: readonly string[], path = `${NODE}:${process.env.PATH}`) =>
  execa(file, args, { cwd: folder, reject: false, env: { PATH: path }, stdin: 'ignore' });
const npx = (...args: readonly string[]) => inFolder('npx', ['--no-install', ...args]);

describeAsRoot('the package', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lvs-lab-package-'));
    const packed = await execa('npm', ['pack', '--pack-destination', folder, '--silent'], { cwd: ROOT });
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const tarball = packed.stdout.trim().split('\n').at(-1) as string;
    const args = ['install', '--prefer-offline', '--omit=peer', '--ignore-scripts', `./${tarball}`];
    const installed = await inFolder('npm', args);
    expect(installed.stderr).not.toMatch(/npm error/);
    expect(installed.exitCode).toBe(0);
  }, 180_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds programs, compiled code and types, and neither tests nor sources', async () => {
    const own = join(folder, 'node_modules/lvs-lab');
    expect(await readdir(own)).not.toContain('harness');
    expect(await readdir(join(own, 'test'))).toEqual(['golden']);
    const sources = (await readdir(own, { recursive: true })).filter((name) => /(?<!\.d)\.ts$/.test(name));
    expect(sources).toEqual([]);
  });

  it('plays the catalogue, and leaves its results below the current folder', async () => {
    const { stdout, exitCode } = await npx('lvs-lab', 'conformance', '--mode', 'tun');
    expect(stdout).toMatch(/^Passed: /m);
    expect(exitCode).toBe(0);
    expect(await readdir(join(folder, 'lvs-lab-results/latest'))).toContain('report.html');
  });

  it('benches a director on real traffic', async () => {
    const args = ['--profile', 'quick', '--mode', 'dr', '--grep', 'dr/request', 'dr/reply'];
    const { stdout, exitCode } = await npx('lvs-lab', 'bench', ...args);
    expect(stdout).toMatch(/^Passed: /m);
    expect(exitCode).toBe(0);
  });

  it('has the programs of ipvsadm', async () => {
    const inNamespace = (...args: readonly string[]) =>
      inFolder('unshare', ['--net', 'npx', '--no-install', ...args]);
    for (const program of ['ipvsadm', 'ipvsadm-save']) {
      const { stdout, exitCode } = await inNamespace(program, ...(program === 'ipvsadm' ? ['-Ln'] : ['-n']));
      expect([program, exitCode]).toEqual([program, 0]);
      expect(stdout).toMatch(program === 'ipvsadm' ? /^IP Virtual Server version/ : /^$/);
    }
  });

  it('is imported by tests, with matchers', async () => {
    await symlink(join(ROOT, 'node_modules/vitest'), join(folder, 'node_modules/vitest'));
    await mkdir(join(folder, 'tests'));
    await copyFile(join(ROOT, 'examples/director.test.ts'), join(folder, 'tests/director.test.ts'));
    const { stdout, exitCode } = await inFolder(join(ROOT, 'node_modules/.bin/vitest'), ['run']);
    expect(stdout).toMatch(/1 passed/);
    expect(exitCode).toBe(0);
  });

  it('says which Node it needs where that is too old or missing', async () => {
    await mkdir(join(folder, 'old'));
    for (const [name, text] of [['node', '#!/bin/sh\necho v20.20.2\n']] as const) {
      await writeFile(join(folder, 'old', name), text, { mode: 0o755 });
    }
    const launcher = join(folder, 'node_modules/.bin/lvs-lab');
    const old = await inFolder(launcher, ['--version'], `${join(folder, 'old')}:/usr/bin:/bin`);
    expect(old).toMatchObject({
      exitCode: 3,
      stderr: 'lvs-lab: needs Node 22.18 or later on the path; found v20.20.2',
    });
  });
});
