import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canUseNamespaces } from '../../../harness/environment/namespaces.ts';
import { findCommand } from '../../../harness/environment/system-path.ts';
import { until } from '../../../lab/netns/until.ts';
import { describeAsRoot } from '../../root.ts';

const HARNESS = fileURLToPath(new URL('../../../harness', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-namespaces-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A PATH on which `unshare` is a script of the test’s own. */
function unshareThat(script: string): void {
  for (const name of ['ip', 'ethtool', 'nft', 'setpriv', 'mount', 'sh'])
    symlinkSync(findCommand(name)!, join(folder, name));
  writeFileSync(join(folder, 'unshare'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', folder);
}

describe('whether networks can be built', () => {
  beforeEach(() => {
    vi.spyOn(process, 'geteuid').mockReturnValue(1000);
  });
  afterEach(() => void vi.restoreAllMocks());

  it('names the commands that an ordinary user lacks', async () => {
    vi.stubEnv('PATH', folder);
    expect(await canUseNamespaces()).toEqual({
      reason: expect.stringMatching(
        /^without .*unshare and setpriv and mount and sh no network can be built$/,
      ),
    });
  });

  it('says of an ordinary user who may not what the system said', async () => {
    unshareThat('echo "unshare: unshare failed: Operation not permitted" >&2; exit 1');
    expect(await canUseNamespaces()).toEqual({
      reason: expect.stringMatching(
        /^this is not root, .*\(unshare: unshare failed: Operation not permitted\)/,
      ),
    });
  });
});

describeAsRoot('namespaces', () => {
  it('can be used by root', async () => {
    expect(await canUseNamespaces()).toEqual({ how: 'root' });
  });

  it('leave no name behind', async () => {
    const names = async () => (await execa('ip', ['netns', 'list'])).stdout;
    const before = await names();
    await canUseNamespaces();
    expect((await names()).includes('probe')).toBe(before.includes('probe'));
  });

  it('cannot be used by root where root may not, which is said', async () => {
    unshareThat('echo "unshare: unshare failed: Operation not permitted" >&2; exit 1');
    expect(await canUseNamespaces()).toEqual({
      reason: 'root may not make network namespaces here (unshare: unshare failed: Operation not permitted)',
    });
  });
});

/** A program that runs itself again in a user namespace, and there does `inside`. */
function programThat(inside: string): string {
  const file = join(folder, 'program.ts');
  writeFileSync(
    file,
    `import { againInUserNamespace } from '${HARNESS}/environment/namespaces.ts';
     import { execFileSync } from 'node:child_process';
     import { readdirSync } from 'node:fs';
     import { isFullRoot } from '${HARNESS}/environment/rights.ts';
     if (process.env.IS_INSIDE === undefined) {
       process.env.IS_INSIDE = 'yes';
       process.exitCode = await againInUserNamespace();
     } else { ${inside} }`,
  );
  return file;
}

describeAsRoot('a command line in a user namespace', () => {
  it('is root of its own networks and of nothing else, with its words and exit code', async () => {
    const file = programThat(`
      execFileSync('ip', ['netns', 'add', 'one']);
      console.log(JSON.stringify({
        pid: process.pid,
        uid: process.geteuid(),
        machine: isFullRoot(),
        words: process.argv.slice(2),
        run: readdirSync('/run'),
        links: readdirSync('/proc/sys/net/ipv4/conf').length,
      }));
      process.exitCode = 7;`);
    const { stdout, exitCode } = await execa(process.execPath, [file, 'two words', '--flag='], {
      reject: false,
    });
    expect(JSON.parse(stdout)).toEqual({
      pid: 1,
      uid: 0,
      machine: false,
      words: ['two words', '--flag='],
      run: ['netns'],
      links: 3,
    });
    expect(exitCode).toBe(7);
    expect((await execa('ip', ['netns', 'list'])).stdout).not.toMatch(/^one\b/m);
  });

  it('is told of a signal once, and says itself how it ends', async () => {
    const file = programThat(`
      process.on('SIGTERM', () => { console.log('told'); setTimeout(() => process.exit(130), 50); });
      console.log('ready');
      setInterval(() => undefined, 1000);`);
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    await until(() => said.includes('ready') || undefined, { limitMs: 10_000 });
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(130);
    expect(said).toBe('ready\ntold\n');
  });

  it('is gone, with everything that it started, when the one outside is killed', async () => {
    const file = programThat(`
      const { spawn } = await import('node:child_process');
      spawn('sleep', ['86399'], { detached: true, stdio: 'ignore' });
      console.log('ready');
      setInterval(() => undefined, 1000);`);
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const sleepers = async () =>
      (await execa('ps', ['-A', '-o', 'args='])).stdout.split('\n').filter((line) => line === 'sleep 86399');
    expect(await sleepers()).toHaveLength(1);
    child.kill('SIGKILL');
    expect(await until(async () => (await sleepers()).length === 0 || undefined, { limitMs: 10_000 })).toBe(
      true,
    );
  });
});
