/** The director of this network namespace, started in the background where there is none yet. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ControlError } from './client.ts';
import { controlSocketPath, logPath } from './socket.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const POLL_MS = 10;
const READY_WITHIN_MS = 10_000;

/** True if a director answers in this namespace. */
export async function isRunning(): Promise<boolean> {
  const connection = createConnection(controlSocketPath());
  try {
    await once(connection, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}

/**
 * Sees to it that a director runs in this namespace. It ends by itself when nobody uses the namespace any more.
 * @throws ControlError with what it said, if it cannot be started.
 */
export async function ensureDirector(): Promise<void> {
  if (await isRunning()) return;
  mkdirSync(dirname(logPath()), { recursive: true, mode: 0o700 });
  const log = openSync(logPath(), 'w', 0o600);
  const child = spawn(process.execPath, [MAIN, '--background'], {
    stdio: ['ignore', log, log],
    detached: true,
    cwd: '/',
  });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  // Somebody else may have started one at the same time; then ours has ended and theirs answers.
  while (!(await isRunning())) {
    if ((ended && !(await isRunning())) || performance.now() > deadlineMs) {
      throw new ControlError(`no director could be started here: ${lastLine(logPath())}`);
    }
    await delay(POLL_MS);
  }
  child.unref();
}

function lastLine(file: string): string {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.at(-1) || 'it logged nothing';
}
