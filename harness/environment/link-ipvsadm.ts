/**
 * The programs `ipvsadm`, `ipvsadm-save` and `ipvsadm-restore` where other software calls them by their path: ldirectord,
 * Debian's init script, notify scripts of keepalived.
 */
import { lstat, readlink, realpath, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentMissingError } from './environment-missing-error.ts';
import { installed } from './installation.ts';

const PROGRAMS = ['ipvsadm', 'ipvsadm-save', 'ipvsadm-restore'];
const BIN = installed('bin');

/** Where that software looks. */
export const SYSTEM_DIRECTORY = '/sbin';

/**
 * Makes links to this project's programs, or removes them. Returns the paths that were made or removed.
 * @throws EnvironmentMissingError where something else has one of the names; nothing is changed then.
 */
export async function linkIpvsadm(
  action: 'make' | 'remove',
  directory = SYSTEM_DIRECTORY,
): Promise<string[]> {
  const links = await Promise.all(
    PROGRAMS.map((program) => inspect(join(directory, program), join(BIN, program))),
  );
  const foreign = links.filter(({ state }) => state === 'foreign').map(({ path }) => path);
  if (foreign.length > 0 && action === 'make') {
    throw new EnvironmentMissingError(
      `${foreign.join(', ')} ${foreign.length === 1 ? 'is' : 'are'} there already and not this project's. ` +
        'If the ipvsadm package is installed and not needed, remove it first (apt-get remove ipvsadm). Nothing was changed.',
    );
  }
  const concerned = links.filter(({ state }) => state === (action === 'make' ? 'absent' : 'ours'));
  for (const { path, target } of concerned) await (action === 'make' ? symlink(target, path) : rm(path));
  return concerned.map(({ path }) => path);
}

async function inspect(path: string, target: string) {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return { path, target, state: 'absent' } as const;
  const isOurs = found.isSymbolicLink() && (await leadsTo(path, target));
  return { path, target, state: isOurs ? 'ours' : 'foreign' } as const;
}

/** Also where the link leads to a checkout that has gone, or by another name of the same folder. */
async function leadsTo(path: string, target: string): Promise<boolean> {
  const read = await readlink(path);
  if (read === target) return true;
  const [a, b] = await Promise.all([realpath(path).catch(() => ''), realpath(target).catch(() => undefined)]);
  return a === b;
}
