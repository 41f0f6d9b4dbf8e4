/** Whether networks can be built here, and in which way. */
import { platform } from 'node:process';
import { execa } from 'execa';
import { findCommand, systemPath } from './path.ts';
import { isRoot } from './probes/runtime.ts';
import { inUserNamespace, USER_NAMESPACE_COMMANDS } from './user-namespace.ts';

export type NamespaceAccess =
  /** `root`: by this process. `user-namespace`: after `againInUserNamespace`. */
  | { readonly how: 'root' | 'user-namespace' }
  /** A sentence that says why not, without a full stop. */
  | { readonly reason: string };

const TIMEOUT_MS = 5_000;

/** Finds out by doing it: makes a network namespace with a name, as labs do. Leaves nothing behind. */
export async function canUseNamespaces(): Promise<NamespaceAccess> {
  if (platform !== 'linux')
    return { reason: `networks are built of Linux’s namespaces, and this is ${platform}` };
  const missing = ['ip', ...(isRoot() ? [] : USER_NAMESPACE_COMMANDS)].filter(
    (name) => findCommand(name) === undefined,
  );
  if (missing.length > 0) return { reason: `${missing.join(' and ')} cannot be found` };
  return isRoot() ? asRoot() : asUser();
}

async function asRoot(): Promise<NamespaceAccess> {
  // In a mount namespace of its own, so that the name is gone with it.
  const said = await tryTo('unshare', '--net', '--mount', 'sh', '-c', MAKE_ONE);
  if (said === undefined) return { how: 'root' };
  return { reason: `root may not make network namespaces here (${said})` };
}

async function asUser(): Promise<NamespaceAccess> {
  const said = await tryTo(...inUserNamespace('sh', '-c', MAKE_ONE));
  if (said === undefined) return { how: 'user-namespace' };
  return {
    reason:
      `this is not root, and an ordinary user may not make user namespaces here (${said}); where the system may be ` +
      'changed, see the sysctls kernel.unprivileged_userns_clone, user.max_user_namespaces and ' +
      'kernel.apparmor_restrict_unprivileged_userns',
  };
}

const MAKE_ONE = 'mount -t tmpfs tmpfs /run && ip netns add probe && ip netns exec probe ip link set lo up';

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
