/**
 * Without root: a user namespace in which an ordinary user is root, with network, mount and process namespaces of its
 * own. What is built there is nobody else’s, and when its first process ends, however it ends, all of it is gone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemPath } from './path.ts';

/** Commands that it takes. */
export const USER_NAMESPACE_COMMANDS = ['unshare', 'setpriv', 'mount', 'sh'] as const;

/** Ends with whoever started it; `/run` is empty there, since the names of network namespaces lie in it. */
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

/** The words that run a command in such a namespace. */
export function inUserNamespace(...command: readonly string[]): [string, ...string[]] {
  return [...ENTER, ...command];
}

/** Signals that are passed on. A hang-up is passed on as SIGTERM: `unshare` does not outlive a hang-up itself. */
const PASSED_ON = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' } as const;

/** Runs this very command line again in a user namespace, and resolves with its exit code. */
export async function againInUserNamespace(): Promise<number> {
  const [file, ...words] = inUserNamespace(process.execPath, ...process.execArgv, ...process.argv.slice(1));
  const child = spawn(file, words, {
    stdio: 'inherit',
    // A group of its own: what a terminal sends comes once, from here.
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
