/** The privileges of this process. */
import { readFileSync } from 'node:fs';

/** Also true for an ordinary user who is root in a user namespace. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** False for an ordinary user who is root in a user namespace only (user_namespaces(7)). */
export function isFullRoot(): boolean {
  return isRoot() && read('/proc/self/setgroups').trim() !== 'deny';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A system without user namespaces.
    return '';
  }
}
