/** The network namespace that this process is in, and whether anybody still uses it. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

const OWN_NAMESPACE = '/proc/self/ns/net';
const NAMED = '/run/netns';

/** The number by which the kernel knows a network namespace. */
export function namespaceId(namespace = OWN_NAMESPACE): number {
  return statSync(namespace).ino;
}

/**
 * True while this process's network namespace is more than its own: it has a name (a mount of it, as `ip netns` makes),
 * or another process is in it. A namespace that only its director keeps alive is gone for everybody else.
 *
 * @param own Processes that do not count, beside this one.
 */
export function namespaceIsUsed(...own: readonly number[]): boolean {
  return isMounted() || hasOtherProcesses(own);
}

function isMounted(): boolean {
  const root = readlinkSync(OWN_NAMESPACE);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  if (mounts.some((line) => line.split(' ')[3] === root)) return true;
  // A name that was made after this process got its own view of the mounts is a file here all the same.
  const own = namespaceId();
  return namesIn(NAMED).some((name) => inodeOf(`${NAMED}/${name}`) === own);
}

/**
 * The folder of its network that each process has in /proc is another one for each namespace, and anybody may look at it;
 * the link to the namespace itself may be read by those alone who may do all that the process may.
 */
function hasOtherProcesses(uncounted: readonly number[]): boolean {
  const own = inodeOf('/proc/self/net/dev');
  const isCounted = (name: string) =>
    /^\d+$/.test(name) && ![process.pid, ...uncounted].includes(Number(name));
  return namesIn('/proc').some((name) => isCounted(name) && networkOf(name) === own);
}

/** Undefined if the process has ended, or is none of our business. */
function networkOf(pid: string): number | undefined {
  try {
    return inodeOf(`/proc/${pid}/net/dev`);
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Undefined if there is no such file. */
function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
