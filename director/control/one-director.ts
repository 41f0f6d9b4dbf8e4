/** One director in a network namespace: whoever starts first has it, and a second one is told. */

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FileLock } from '../../native/file-lock.ts';
import { CodedError } from '../coded-error.ts';
import { directorLockPath } from './socket.ts';
import { makeStateFolder } from './state-folder.ts';

/** A director that is ending still has it, and `isClaimed` holds it for a moment. */
const WAIT_MS = 2_000;
const RETRY_MS = 5;

/** A director has this network namespace already. */
export class AlreadyRunningError extends CodedError {
  readonly code = 'DIRECTOR_RUNNING';
}

/**
 * Claims this network namespace for this process, until the lock is released or the process ends.
 * @param waitMs How long another one may still have it.
 * @throws AlreadyRunningError if another director has it, one that is still starting included.
 */
export async function onlyDirector(waitMs = WAIT_MS): Promise<FileLock> {
  const path = directorLockPath();
  makeStateFolder(dirname(path));
  for (const sinceMs = performance.now(); performance.now() - sinceMs < waitMs; ) {
    const lock = FileLock.tryTake(path);
    if (lock !== undefined) return lock;
    await delay(RETRY_MS);
  }
  const pid = holderOf(path) ?? 'unknown';
  throw new AlreadyRunningError(
    `a director is running in this network namespace already (process ${pid}); "lvs-lab director stop" ends it`,
  );
}

/** True while a director has this network namespace, whether it answers yet or not. */
export function isClaimed(): boolean {
  const lock = FileLock.tryTake(directorLockPath());
  lock?.release();
  return lock === undefined;
}

/** The process that holds, or last held, a lock. */
export function holderOf(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}
