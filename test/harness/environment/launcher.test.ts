import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));

let folder: string;
let project: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-launcher-'));
  project = join(folder, 'a project');
  mkdirSync(join(project, 'bin'), { recursive: true });
  mkdirSync(join(project, 'harness'));
  for (const file of ['lvs-lab', 'launcher.sh']) copyFileSync(join(BIN, file), join(project, 'bin', file));
  writeFileSync(
    join(project, 'harness/cli.ts'),
    'console.log(JSON.stringify({ pinned: process.env.PINNED, words: process.argv.slice(2) }))',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands in for the pinned Node and leaves a mark that shows which Node ran. */
function pinNode(): void {
  const pinned = join(project, 'node_modules/node/bin/node');
  mkdirSync(dirname(pinned), { recursive: true });
  writeFileSync(pinned, `#!/bin/sh\nPINNED=yes exec "${process.execPath}" "$@"\n`, { mode: 0o755 });
}

describe('bin/lvs-lab', () => {
  it('runs the command line with the pinned Node and hands every word on', async () => {
    pinNode();
    const run = await execa(join(project, 'bin/lvs-lab'), ['run', 'two words', '--flag='], { cwd: '/' });
    expect(JSON.parse(run.stdout)).toEqual({ pinned: 'yes', words: ['run', 'two words', '--flag='] });
  });

  it('finds its project through symbolic links, absolute and relative', async () => {
    pinNode();
    symlinkSync(join(project, 'bin/lvs-lab'), join(folder, 'absolute'));
    symlinkSync('absolute', join(folder, 'relative'));
    const run = await execa(join(folder, 'relative'), [], { cwd: tmpdir() });
    expect(JSON.parse(run.stdout)).toMatchObject({ pinned: 'yes' });
  });

  it('says what to do where nothing is installed yet, with exit code 3', async () => {
    const run = await execa(join(project, 'bin/lvs-lab'), { reject: false });
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toBe(`lvs-lab: run npm install in ${project} first`);
  });

  it("passes the command line's exit code on", async () => {
    pinNode();
    writeFileSync(join(project, 'harness/cli.ts'), 'process.exitCode = 5');
    expect(await execa(join(project, 'bin/lvs-lab'), { reject: false })).toMatchObject({ exitCode: 5 });
  });
});
