/** Network namespaces: changing into one, and the interfaces of the current one. */
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import { checked, libc } from './libc.ts';
import { SystemCallError } from './system-call-error.ts';

const native = {
  setns: libc.func('int setns(int fd, int type)'),
  if_nametoindex: libc.func('uint32_t if_nametoindex(const char *name)'),
};

const CLONE_NEWNET = 0x40000000;
const OWN_NAMESPACE = '/proc/self/ns/net';

/** Moves this thread into a network namespace. @param path A namespace file, such as `/run/netns/lb`. */
export function enterNamespace(path: string): void {
  const fd = openSync(path, 'r');
  try {
    enter(path, fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Runs `action` in another network namespace. What it opens there stays there: a socket belongs to the namespace that
 * it was made in. It must not wait for anything, since meanwhile all of this thread's work would be done there.
 */
export function inNamespace<Result>(path: string, action: () => Result): Result {
  const own = openSync(OWN_NAMESPACE, 'r');
  try {
    enterNamespace(path);
    try {
      return action();
    } finally {
      enter(OWN_NAMESPACE, own);
    }
  } finally {
    closeSync(own);
  }
}

/** @throws SystemCallError if there is no such interface in the current namespace. */
export function interfaceIndex(name: string): number {
  const index = native.if_nametoindex(name) as number;
  if (index === 0) throw new SystemCallError(`finding interface ${name}`, koffi.errno());
  return index;
}

function enter(title: string, fd: number): void {
  checked(`entering ${title}`, native.setns(fd, CLONE_NEWNET));
}
