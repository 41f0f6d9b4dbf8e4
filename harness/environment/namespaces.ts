/**
 * Whether networks can be built here, and how: as root, or as an ordinary user who is root in a user namespace with
 * network, mount and process namespaces of its own. All of these disappear when their first process ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:process';
import { execa } from 'execa';
import { requirementsFor } from './requirements.ts';
import { isRoot } from './rights.ts';
import { findCommand, systemPath } from './system-path.ts';

type NamespaceAccess =
  /** `root`: by this process. `user-namespace`: after `againInUserNamespace`. */
  | { readonly how: 'root' | 'user-namespace' }
  /** Why not, to end a sentence with. */
  | { readonly reason: string };

/** Much longer than it takes, even on a busy machine. */
const TIMEOUT_MS = 15_000;

/** Tries it by creating a network namespace. Leaves nothing behind. */
export async function canUseNamespaces(): Promise<NamespaceAccess> {
  if (platform !== 'linux')
    return { reason: `networks are built of Linux’s namespaces, and this is ${platform}` };
  return isRoot() ? asRoot() : asUser();
}

/** Missing commands are no obstacle: root can install them. */
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

/** The last line of the error output, or undefined if the command succeeded. */
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

/** Commands that `inUserNamespace` needs. */
const USER_NAMESPACE_COMMANDS = ['unshare', 'setpriv', 'mount', 'sh'] as const;

/** Ends with the process that started it. `/run` is empty there, because it holds the names of network namespaces. */
const ENTER = [
  ...['setpriv', '--pdeathsig', 'KILL', '--'],
  ...[
    'unshare',
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ],
  ...['--', 'sh', '-c', 'mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"', 'sh'],
] as const;

/** The command line that runs a command in such a user namespace. */
export function inUserNamespace(...command: readonly string[]): [string, ...string[]] {
  return [...ENTER, ...command];
}

/** Signals that are passed on, and as what. A hang-up becomes SIGTERM, because `unshare` itself dies of a hang-up. */
const PASSED_ON = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' } as const;

/** Runs this very command line again in a user namespace, and resolves with its exit code. */
export async function againInUserNamespace(): Promise<number> {
  const [file, ...words] = inUserNamespace(process.execPath, ...process.execArgv, ...process.argv.slice(1));
  const child = spawn(file, words, {
    stdio: 'inherit',
    // In a process group of its own, so that a signal from the terminal arrives only once, passed on from here.
    detached: true,
    env: { ...process.env, PATH: systemPath() },
  });
  const passOn = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined) process.kill(-child.pid, PASSED_ON[signal as keyof typeof PASSED_ON]);
  };
  for (const signal of Object.keys(PASSED_ON)) process.on(signal, passOn);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code !== null) return code;
    throw new Error(`what ran in the user namespace was ended by ${signal}`);
  } finally {
    for (const signal of Object.keys(PASSED_ON)) process.off(signal, passOn);
  }
}
