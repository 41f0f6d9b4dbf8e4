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
 */
export function namespaceIsUsed(): boolean {
  return isMounted() || hasOtherProcesses();
}

function isMounted(): boolean {
  const root = readlinkSync(OWN_NAMESPACE);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  if (mounts.some((line) => line.split(' ')[3] === root)) return true;
  // A name that was made after this process got its own view of the mounts is a file here all the same.
  const own = namespaceId();
  return namesIn(NAMED).some((name) => inodeOf(`${NAMED}/${name}`) === own);
}

function hasOtherProcesses(): boolean {
  const own = readlinkSync(OWN_NAMESPACE);
  return namesIn('/proc').some((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    try {
      return readlinkSync(`/proc/${name}/ns/net`) === own;
    } catch {
      // It has ended, or is none of our business.
      return false;
    }
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
