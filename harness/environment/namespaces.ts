/** Whether networks can be built here, and in which way. */
import { platform } from 'node:process';
import { execa } from 'execa';
import { findCommand, systemPath } from './path.ts';
import { isRoot } from './probes/runtime.ts';
import { requirementsFor } from './requirements.ts';
import { inUserNamespace, USER_NAMESPACE_COMMANDS } from './user-namespace.ts';

export type NamespaceAccess =
  /** `root`: by this process. `user-namespace`: after `againInUserNamespace`. */
  | { readonly how: 'root' | 'user-namespace' }
  /** Why not, as the end of a sentence. */
  | { readonly reason: string };

/** Much longer than it takes, also on a machine that is busy with other things. */
const TIMEOUT_MS = 15_000;

/** Finds out by making a network namespace. Leaves nothing behind. */
export async function canUseNamespaces(): Promise<NamespaceAccess> {
  if (platform !== 'linux')
    return { reason: `networks are built of Linux’s namespaces, and this is ${platform}` };
  return isRoot() ? asRoot() : asUser();
}

/** Commands that are missing are no reason: root can install them. */
async function asRoot(): Promise<NamespaceAccess> {
  const said = await tryTo('unshare', '--net', '--mount', 'true');
  if (said === undefined) return { how: 'root' };
  return { reason: `root may not make network namespaces here (${said})` };
}

async function asUser(): Promise<NamespaceAccess> {
  const needed = requirementsFor('packets').filter(({ kind }) => kind === 'command');
  const missing = [...needed.map(({ name }) => name), ...USER_NAMESPACE_COMMANDS].filter(
    (name) => findCommand(name) === undefined,
  );
  if (missing.length > 0) return { reason: `without ${missing.join(' and ')} no network can be built` };
  const said = await tryTo(...inUserNamespace('sh', '-c', MAKE_ONE));
  if (said === undefined) return { how: 'user-namespace' };
  return {
    reason:
      `this is not root, and an ordinary user may not make user namespaces here (${said}); the sysctls ` +
      'kernel.unprivileged_userns_clone, user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns ' +
      'decide about that',
  };
}

const MAKE_ONE = 'ip netns add probe && ip netns exec probe ip link set lo up';

/** @returns what was said where it failed. */
async function tryTo(file: string, ...words: readonly string[]): Promise<string | undefined> {
  const run = await execa(file, words, {
    reject: false,
    stdin: 'ignore',
    timeout: TIMEOUT_MS,
    env: { PATH: systemPath(), LC_ALL: 'C' },
  });
  if (!run.failed) return undefined;
  return run.stderr?.trim().split('\n').at(-1) || (run.shortMessage ?? 'failed');
}
