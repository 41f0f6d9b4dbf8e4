/** The folder with the control sockets, logs and locks of this machine's directors. It is root's alone. */
import { chmodSync, mkdirSync, statSync } from 'node:fs';

const OWNER_ALONE = 0o700;

/**
 * Makes it where it is missing, and takes it back from all others where it is open to them.
 * @throws Error where it belongs to somebody else, who could put another socket in the place of the director's.
 */
export function makeStateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ALONE });
  const { uid, mode } = statSync(folder);
  if (uid !== process.geteuid?.()) throw new Error(`${folder} belongs to another user (${uid}): remove it`);
  if ((mode & 0o777) !== OWNER_ALONE) chmodSync(folder, OWNER_ALONE);
}
