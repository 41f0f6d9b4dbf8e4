import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { EnvironmentMissingError } from './environment-missing-error.ts';
import { findCommand } from './system-path.ts';

const LOCK_TIMEOUT_SECONDS = 120;
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** The commands that package scripts start services with. */
const SERVICE_STARTERS = ['invoke-rc.d', 'deb-systemd-invoke'];

/** Whether this is Debian, Ubuntu or a derivative, by `ID` and `ID_LIKE` of os-release (os-release(5)). */
export function isDebianLike(osRelease = readOsRelease()): boolean {
  const ids = [...osRelease.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap((match) =>
    (match[1] ?? '').replace(/["']/g, '').split(/\s+/),
  );
  return findCommand('apt-get') !== undefined && ids.some((id) => id === 'debian' || id === 'ubuntu');
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/**
 * Installs packages with apt-get. The services named are neither started now nor at boot: the project starts
 * its own programs. Throws an `EnvironmentMissingError` that carries apt-get's log.
 */
export async function aptInstall(packages: readonly string[], services: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lvs-lab-apt-'));
  try {
    await placeServiceGuards(folder, services);
    const install = [
      ...['-o', `DPkg::Path=${folder}:${SYSTEM_PATH}`],
      ...['install', '--yes', '--no-install-recommends', ...packages],
    ];
    // The package lists may be absent or out of date; whether they are shows when the installation fails.
    const first = await aptGet(install);
    if (first.failed) {
      const update = await aptGet(['update']);
      const second = await aptGet(install);
      if (second.failed) throw installationFailed(packages, [update.all, second.all]);
    }
    for (const service of services) await execa('update-rc.d', [service, 'disable'], { reject: false });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Has apt look what packages there are now. */
export async function aptUpdate(): Promise<void> {
  await aptGet(['update']);
}

function aptGet(args: readonly string[]) {
  return execa('apt-get', ['-q', '-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_SECONDS}`, ...args], {
    reject: false,
    all: true,
    stdin: 'ignore',
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
}

/**
 * dpkg finds these before the real ones, for this installation only. They pass every service on but ours. (A
 * `/usr/sbin/policy-rc.d` would do the same for the whole machine, and would stay there after a crash.)
 */
async function placeServiceGuards(folder: string, services: readonly string[]): Promise<void> {
  const ours = services.flatMap((service) => [service, `${service}.service`]).join('|') || '-';
  for (const starter of SERVICE_STARTERS) {
    const script = [
      '#!/bin/sh',
      `for word; do case "$word" in ${ours}) exit 0 ;; esac; done`,
      `PATH=${SYSTEM_PATH}; export PATH; exec ${starter} "$@"`,
      '',
    ].join('\n');
    await writeFile(join(folder, starter), script, { mode: 0o755 });
  }
}

function installationFailed(packages: readonly string[], logs: readonly string[]): EnvironmentMissingError {
  return new EnvironmentMissingError(
    `apt-get could not install ${packages.join(' ')}. Its log:\n\n${logs.join('\n').trim()}\n\n` +
      `Put right what it names, then run: apt-get install --no-install-recommends ${packages.join(' ')}`,
  );
}
