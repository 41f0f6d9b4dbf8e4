/** The director of this network namespace, started in the background where there is none yet. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DIRECTOR_COMMAND } from '../program.ts';
import { ControlClient, ControlError } from './client.ts';
import { controlSocketPath, directorLockPath, logPath, startLockPath } from './socket.ts';
import { makeStateFolder } from './state-folder.ts';

const POLL_MS = 10;
/** A machine that is booting may be slow; one that has not started a director by then will not. */
const READY_WITHIN_MS = 60_000;
/** Longer than a director takes to find that its socket has been removed. */
const ANSWER_WITHIN_MS = 10_000;
/** After this long a person who waits is told for what. */
const TOLD_AFTER_MS = 5_000;

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
 * The same, and waits a little for one that has this namespace and does not answer: it may be starting, or somebody has
 * removed its socket, which it makes again.
 *
 * @throws ControlError if it does not answer then either.
 */
export async function isAnswering(): Promise<boolean> {
  if (await isRunning()) return true;
  if (!existsSync(directorLockPath())) return false;
  const { holderOf, isClaimed } = await import('./one-director.ts');
  const { Predecessor } = await import('./keeper.ts');
  const sinceMs = performance.now();
  for (;;) {
    const isReviving = Predecessor.find()?.isReviving === true;
    if (!isClaimed() && !isReviving) return false;
    if (await isRunning()) return true;
    // One that a keeper has started may take as long as one that a person starts.
    if (performance.now() - sinceMs > (isReviving ? READY_WITHIN_MS : ANSWER_WITHIN_MS)) {
      const pid = holderOf(directorLockPath()) ?? 'unknown';
      throw new ControlError(`the director here (process ${pid}) does not answer at ${controlSocketPath()}`);
    }
    await delay(POLL_MS);
  }
}

/**
 * Sees to it that a director runs in this namespace. Of several processes that ask at the same time one starts it, and all
 * wait for it. It ends by itself when nobody uses the namespace any more.
 *
 * @param say Told, in a sentence, what a start that takes long is waiting for.
 * @throws ControlError with what it said, if it cannot be started. None is left behind then.
 */
export async function ensureDirector(say: (text: string) => void): Promise<void> {
  if (await isRunning()) return;
  await inTurn(say, async (patience) => {
    if (!(await isRunning())) await start(patience, [], isRunning);
  });
}

/**
 * Starts a director from the program as it is now, which goes on in place of the one that runs here.
 *
 * @param say As with `ensureDirector`. @throws ControlError if it cannot be started.
 */
export async function replaceDirector(say: (text: string) => void): Promise<void> {
  const director = new ControlClient(controlSocketPath());
  const { pid, fastPathChoice } = (await director.summary()).process;
  // One of another version may not say.
  const choice = fastPathChoice === undefined ? [] : ['--fast-path', fastPathChoice];
  const hasFollowed = async () => {
    // Between the two nobody answers.
    const answering = await director.summary().catch(() => undefined);
    return answering !== undefined && answering.process.pid !== pid;
  };
  await inTurn(say, (patience) => start(patience, ['--replace', ...choice], hasFollowed));
}

/** Runs `work` while no other command starts a director. */
async function inTurn(
  say: (text: string) => void,
  work: (patience: Patience) => Promise<void>,
): Promise<void> {
  // Loaded only where a director is to be started: it brings a native library that no other command needs.
  const { FileLock } = await import('../../native/file-lock.ts');
  makeStateFolder(dirname(startLockPath()));
  const patience = new Patience(say);
  let turn = FileLock.tryTake(startLockPath());
  while (turn === undefined) {
    await patience.wait('another command to start the director');
    turn = FileLock.tryTake(startLockPath());
  }
  try {
    await work(patience);
  } finally {
    turn.release();
  }
}

async function start(
  patience: Patience,
  args: readonly string[],
  isReady: () => Promise<boolean>,
): Promise<void> {
  const { isClaimed } = await import('./one-director.ts');
  const { limitRights } = await import('../rights.ts');
  const log = openSync(logPath(), 'w', 0o600);
  // A director that begins with no more rights than it keeps need not begin twice.
  limitRights();
  const [program, ...options] = DIRECTOR_COMMAND;
  const child = spawn(program, [...options, '--background', ...args], {
    stdio: ['ignore', log, log],
    detached: true,
    cwd: '/',
  });
  closeSync(log);
  child.unref();
  try {
    while (!(await isReady())) {
      // Ours may have found one that somebody is starting by hand: then that one is waited for.
      if (hasEnded(child) && !isClaimed() && !(await isRunning())) {
        throw new ControlError(`no director could be started here: ${lastLine(logPath())}`);
      }
      await patience.wait(`the director to start (process ${child.pid}, log ${logPath()})`);
    }
  } catch (error) {
    // What was said not to have started must not come up later.
    child.kill('SIGKILL');
    throw error;
  }
}

/** Waits a little at a time, says so once if it becomes long, and gives up in the end. */
class Patience {
  readonly #sinceMs = performance.now();
  readonly #say: (text: string) => void;
  #told = false;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** @throws ControlError when it has taken too long. */
  async wait(forWhat: string): Promise<void> {
    const waitedMs = performance.now() - this.#sinceMs;
    if (waitedMs > READY_WITHIN_MS) {
      throw new ControlError(
        `no director could be started here: waited ${READY_WITHIN_MS / 1000} s for ${forWhat}`,
      );
    }
    if (waitedMs > TOLD_AFTER_MS && !this.#told) {
      this.#told = true;
      this.#say(`waiting for ${forWhat}`);
    }
    await delay(POLL_MS);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function lastLine(file: string): string {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.at(-1) || 'it logged nothing';
}
