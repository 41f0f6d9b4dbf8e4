import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isDebianLike } from '../../../harness/environment/apt.ts';
import { EnvironmentMissingError } from '../../../harness/environment/environment-missing-error.ts';
import { ensure } from '../../../harness/environment/install.ts';
import { permissionOf } from '../../../harness/environment/permission.ts';
import { type CommandRequirement, requirements } from '../../../harness/environment/requirements.ts';
import { describeAsRoot } from '../../root.ts';

const probeCommand: CommandRequirement = {
  kind: 'command',
  name: 'lvs-lab-probe',
  debianPackage: 'lvs-lab-probe-package',
  service: 'lvs-lab-probe-service',
  usedFor: 'this test',
  neededFor: ['bench'],
};

let folder: string;
let stderr: PassThrough;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-lab-install-'));
  mkdirSync(join(folder, 'bin'));
  vi.stubEnv('PATH', `${folder}/bin:/usr/bin:/bin`);
  stderr = new PassThrough({ encoding: 'utf8' });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Puts a shell script on the path. `$folder` is the test's folder. */
function command(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\nfolder='${folder}'\n${script}\n`, { mode: 0o755 });
}

/** An apt-get that keeps a log of what it is asked, and then does `script`. */
function aptGet(script: string): void {
  command('update-rc.d', 'echo "update-rc.d $*" >> "$folder/log"');
  command(
    'apt-get',
    `for word; do case $word in update | install) verb=$word ;; DPkg::Path=*) path=\${word#*=} ;; esac; done
     echo "$verb" >> "$folder/log"
     ${script}`,
  );
}

const INSTALLS = `cp "$0" "$folder/bin/lvs-lab-probe"`;
const log = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');

/** A test of the way through apt-get. Elsewhere it is skipped, and the report says why. */
function itOnDebian(name: string, run: () => Promise<void>): void {
  if (isDebianLike()) it(name, run);
  else it.skip(`${name} (needs apt-get and Debian or Ubuntu)`, run);
}

async function failure(work: Promise<void>): Promise<EnvironmentMissingError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EnvironmentMissingError);
  return error as EnvironmentMissingError;
}

describe('ensure', () => {
  it('starts nothing and says nothing when everything is there', async () => {
    aptGet(INSTALLS);
    command('lvs-lab-probe', 'touch "$folder/started"');
    await ensure([probeCommand], { install: true, stderr });
    expect(stderr.read()).toBeNull();
    expect(existsSync(join(folder, 'log'))).toBe(false);
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it('installs nothing when told not to: it names what is missing and the command, with exit code 3', async () => {
    aptGet(INSTALLS);
    const error = await failure(ensure([probeCommand], { install: false, stderr }));
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain('lvs-lab-probe (package lvs-lab-probe-package)');
    expect(error.message).toMatch(/bin\/lvs-lab setup --yes$|lvs-lab-probe-package$/);
    expect(existsSync(join(folder, 'log'))).toBe(false);
  });

  it('lets the process find system commands that an ordinary PATH leaves out', async () => {
    await ensure([], { install: false });
    expect(process.env.PATH?.split(':')).toContain('/usr/sbin');
  });
});

describeAsRoot('ensure, as root', () => {
  itOnDebian('installs what is missing and says so in one line', async () => {
    aptGet(INSTALLS);
    await ensure([probeCommand], { install: true, stderr });
    expect(stderr.read()).toBe('Installing with apt-get what is missing: lvs-lab-probe-package\n');
    expect(log()).toEqual(['install', 'update-rc.d lvs-lab-probe-service disable']);
  });

  itOnDebian(
    'asks nobody where there is no terminal: it installs nothing, and says how it would',
    async () => {
      aptGet(INSTALLS);
      const error = await failure(ensure([probeCommand], { install: 'ask', stderr }));
      expect(error.exitCode).toBe(3);
      expect(error.message).toMatch(/or this command again with --yes$/);
      expect(existsSync(join(folder, 'log'))).toBe(false);
    },
  );

  itOnDebian('updates the package lists only when the installation fails without', async () => {
    aptGet(`if [ $verb = update ]; then touch "$folder/lists"; exit 0; fi
            [ -e "$folder/lists" ] || exit 100
            ${INSTALLS}`);
    await ensure([probeCommand], { install: true, stderr });
    expect(log().slice(0, 3)).toEqual(['install', 'update', 'install']);
  });

  itOnDebian("keeps the package's service from starting, and no other", async () => {
    command('invoke-rc.d', 'echo "not the real one" >&2; exit 1');
    aptGet(`for starter in invoke-rc.d deb-systemd-invoke; do
              [ -x "\${path%%:*}/$starter" ] || exit 1
            done
            "\${path%%:*}/invoke-rc.d" lvs-lab-probe-service start > "$folder/ours" 2>&1 || exit 1
            "\${path%%:*}/deb-systemd-invoke" start lvs-lab-probe-service.service >> "$folder/ours" 2>&1 || exit 1
            "\${path%%:*}/invoke-rc.d" lvs-lab-no-such-service start > "$folder/others" 2>&1
            echo "\${path%%:*}" > "$folder/guards"
            ${INSTALLS}`);
    await ensure([probeCommand], { install: true, stderr });
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(read('ours')).toBe('');
    expect(read('others')).toContain('lvs-lab-no-such-service');
    expect(existsSync(read('guards').trim())).toBe(false);
  });

  itOnDebian('shows the log of an installation that failed', async () => {
    aptGet('echo "E: the mirror is on fire"; exit 100');
    const error = await failure(ensure([probeCommand], { install: true, stderr }));
    expect(error.message).toContain('E: the mirror is on fire');
    expect(error.message).toContain('apt-get install --no-install-recommends lvs-lab-probe-package');
  });

  itOnDebian('does not believe an installation that brought no command', async () => {
    aptGet('exit 0');
    const error = await failure(ensure([probeCommand], { install: true, stderr }));
    expect(error.message).toContain('lvs-lab-probe, needed for this test, is missing: not found');
  });

  it('refuses where a kernel feature is not there, with exit code 3', async () => {
    // One that no run needs, so that it cannot be known already.
    const xdp = requirements.filter(({ name }) => name === 'XDP');
    vi.stubEnv('PATH', '/nowhere');
    const error = await failure(ensure(xdp, { install: true, stderr }));
    expect(error.exitCode).toBe(3);
    expect(error.message).toMatch(/^XDP, needed for .* is missing: .*unshare/);
  });
});

describe('whether packages may be installed', () => {
  it.each([
    [{ install: true }, '', 'ask'],
    [{ install: true }, 'false', 'ask'],
    [{ install: true }, 'true', true],
    [{ install: true, yes: true }, '', true],
    [{ install: false, yes: true }, 'true', false],
  ])('%o with CI=%s: %s', (flags, ci, expected) => {
    vi.stubEnv('CI', ci);
    expect(permissionOf(flags)).toBe(expected);
  });
});

describe('isDebianLike', () => {
  it.each([
    ['Debian', 'ID=debian\n', true],
    ['Ubuntu', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', true],
    ['a derivative', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
    ['Fedora', 'ID=fedora\nPRETTY_NAME="not debian"\n', false],
    ['no os-release', '', false],
  ])('knows %s by its os-release', (_, osRelease, expected) => {
    aptGet('');
    expect(isDebianLike(osRelease)).toBe(expected);
  });

  it('does not take a system without apt-get for one', () => {
    vi.stubEnv('PATH', `${folder}/empty`);
    expect(isDebianLike('ID=debian\n')).toBe(false);
  });
});
