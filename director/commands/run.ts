/** `lvs-lab director [--rules FILE]`: starts a director, in the place of another one where there is one. */

import { readFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { isAnswering } from '../control/background.ts';
import { ControlClient } from '../control/client.ts';
import { fromKeeper, takeOver } from '../control/inheritance.ts';
import { holderOf, isClaimed, onlyDirector } from '../control/one-director.ts';
import { parseRules } from '../control/rules.ts';
import { controlSocketPath, directorLockPath, LINGER_SECONDS } from '../control/socket.ts';
import { CHOICES, type Choice } from '../fast-path/attachments.ts';
import { layGroundwork } from '../io/groundwork.ts';
import { DIRECTOR_COMMAND } from '../program.ts';
import { type RandomSource, seededRandom, systemRandom } from '../random.ts';
import { flags, UsageError } from './flags.ts';
import { balance, type End, type RunOptions, say } from './life.ts';

/** How long a director that has agreed to end may take, on a busy machine. */
const HANDOVER_MS = 30_000;
/** Says in place of `--fast-path` what it is, also for a director that `ipvsadm` starts. */
const FAST_PATH_VARIABLE = 'LVS_LAB_FAST_PATH';
const DEFAULT_FAST_PATH: Choice = 'auto';
/** What has waited for one that a keeper has started is worked on first, so that no packet waits twice. */
const REVIVED_FIRST_MS = 500;
/** How often it is looked whether the director that has followed is still there. */
const FOLLOW_MS = 200;
/** Where another one follows on that one, nobody has the namespace for a moment. */
const BETWEEN_MS = 1_000;

export async function run(args: string[]): Promise<void> {
  const { rules, seed, background, revived, replace, ...given } = flags(args, {
    rules: { type: 'string' },
    seed: { type: 'string' },
    'fast-path': { type: 'string' },
    background: { type: 'boolean' },
    // A keeper starts it so, and `restart`.
    revived: { type: 'boolean' },
    replace: { type: 'boolean' },
  });
  const fastPath = fastPathFrom(given['fast-path'] ?? (process.env[FAST_PATH_VARIABLE] || DEFAULT_FAST_PATH));
  const options: RunOptions = {
    fastPath,
    rules: rules === undefined ? undefined : parseRules(await readRules(rules), rules),
    random: randomFrom(seed),
    isBackground: background === true,
    isRevived: revived === true,
    // What follows a director that was killed has its rules from that one.
    revive: [
      ...DIRECTOR_COMMAND,
      '--background',
      '--revived',
      '--fast-path',
      fastPath,
      ...(seed === undefined ? [] : ['--seed', seed]),
    ],
  };
  let taken = revived === true ? fromKeeper() : undefined;
  const groundwork = await layGroundwork();
  const isHandedOver = replace === true || (!options.isBackground && (await isRevivedOneRunning()));
  if (isHandedOver) {
    taken = await takeOver(new ControlClient(controlSocketPath())).catch(() => undefined);
  }
  // Otherwise one that is killed would have kept nothing of it, and the next one would start as slowly.
  flushCompileCache();
  const lock = await onlyDirector(isHandedOver ? HANDOVER_MS : undefined);
  let end: End | undefined;
  try {
    end = await balance(options, groundwork, taken, () => lock.release());
  } finally {
    if (end !== 'handover') lock.release();
  }
  if (end === 'handover' && !options.isBackground) await standBehind();
}

/** True if a director goes on here for one that was killed: whoever starts one again has that one in mind. */
async function isRevivedOneRunning(): Promise<boolean> {
  try {
    if (!(await isAnswering())) return false;
    const isRevived = (await new ControlClient(controlSocketPath()).summary()).process.isRevived;
    if (isRevived) await delay(REVIVED_FIRST_MS);
    return isRevived;
  } catch {
    return false;
  }
}

/** Stays, for whoever has started this process, until the directors that followed it have ended. Signals are theirs. */
async function standBehind(): Promise<void> {
  say("another director goes on in this one's place");
  const pass = (signal: NodeJS.Signals) => {
    try {
      const pid = holderOf(directorLockPath());
      if (pid !== undefined) process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, pass);
  const deadlineMs = performance.now() + LINGER_SECONDS * 1000;
  while (!isClaimed() && performance.now() < deadlineMs) await delay(FOLLOW_MS);
  for (let seenMs = performance.now(); performance.now() - seenMs < BETWEEN_MS; await delay(FOLLOW_MS)) {
    if (isClaimed()) seenMs = performance.now();
  }
}

function randomFrom(seed: string | undefined): () => RandomSource {
  if (seed === undefined) return systemRandom;
  if (!/^\d{1,10}$/.test(seed)) throw new UsageError(`invalid seed "${seed}": expected a whole number`);
  return () => seededRandom(Number(seed));
}

/** @throws UsageError if there is no such one. */
function fastPathFrom(text: string): Choice {
  const choices = Object.keys(CHOICES) as Choice[];
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`invalid fast path "${text}": expected one of ${choices.join(', ')}`);
}

async function readRules(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the rules: ${(error as Error).message}`);
  }
}
