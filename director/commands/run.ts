/** `lvs-lab director [--rules FILE]`: the director itself. */

import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { closeOnExec } from '../../native/descriptors.ts';
import { isAnswering } from '../control/background.ts';
import { ControlClient } from '../control/client.ts';
import { followRules } from '../control/follow-rules.ts';
import { offerTo, take, takeOver } from '../control/inheritance.ts';
import { LocalBackend } from '../control/ipvsadm/backend/local-backend.ts';
import { Keeper, memoryName, Predecessor } from '../control/keeper.ts';
import { namespaceIsUsed } from '../control/namespace.ts';
import { holderOf, isClaimed, onlyDirector } from '../control/one-director.ts';
import type { Request } from '../control/protocol.ts';
import { applyRules, parseRules, type Rule } from '../control/rules.ts';
import { ControlServer } from '../control/server.ts';
import { connectionStates, countsOf, type RunningState, serviceStates } from '../control/snapshot.ts';
import { controlSocketPath, directorLockPath, LINGER_SECONDS, logPath } from '../control/socket.ts';
import { Turns } from '../control/turns.ts';
import { WarningLog } from '../control/warning-log.ts';
import { warningSteps } from '../control/warnings.ts';
import { CHOICES, type Choice } from '../fast-path/attachments.ts';
import { allOf, type FastPathDescriptors } from '../fast-path/descriptors.ts';
import { FormerFastPath, type LeftFastPath, outOfReach } from '../fast-path/former.ts';
import { SharedMemory } from '../handover/shared-memory.ts';
import { Engine } from '../io/engine.ts';
import { type Groundwork, layGroundwork } from '../io/groundwork.ts';
import { DIRECTOR_COMMAND } from '../program.ts';
import { type RandomSource, seededRandom, systemRandom } from '../random.ts';
import { parseMark } from '../services/marks.ts';
import { parseSetting } from '../settings.ts';
import { printable } from '../shown-text.ts';
import { flags, UsageError } from './flags.ts';

/** How often a director in the background looks whether anybody uses its namespace. */
const LOOK_MS = 1_000;
/** How often a director looks whether its keeper has all it is to keep. */
const HOLD_MS = 100;
/** How long a director that has agreed to end may take, on a busy machine. */
const HANDOVER_MS = 30_000;
/** How often a director looks whether there is something to warn of. */
const WARNING_MS = 3_000;
/** A director that has run for so long can do so again. */
const SOUND_AFTER_MS = 10_000;
/** Says in place of `--fast-path` what it is, also for a director that `ipvsadm` starts. */
const FAST_PATH_VARIABLE = 'LVS_LAB_FAST_PATH';
const DEFAULT_FAST_PATH: Choice = 'auto';
/** How often it is looked whether the director that has followed is still there. */
const FOLLOW_MS = 200;

/** How a director ends. */
type End =
  /** With all that it has given to the kernel. */
  | 'stop'
  /** So that another one that is started soon goes on in its place. */
  | 'linger'
  /** So that the one that has asked for it goes on in its place. */
  | 'handover'
  /** So that its keeper starts another one. */
  | 'failure';

export async function run(args: string[]): Promise<void> {
  const { rules, seed, background, revived, inherits, replace, ...given } = flags(args, {
    rules: { type: 'string' },
    seed: { type: 'string' },
    'fast-path': { type: 'string' },
    background: { type: 'boolean' },
    // A keeper starts it so, and `restart`.
    revived: { type: 'boolean' },
    inherits: { type: 'string' },
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
  let former = inherits === undefined ? undefined : own(JSON.parse(inherits));
  const groundwork = await layGroundwork();
  const isHandedOver = replace === true || (!options.isBackground && (await isRevivedOneRunning()));
  if (isHandedOver) {
    former = await takeOver(new ControlClient(controlSocketPath())).catch(() => undefined);
  }
  // Otherwise one that is killed would have kept nothing of it, and the next one would start as slowly.
  flushCompileCache();
  const lock = await onlyDirector(isHandedOver ? HANDOVER_MS : undefined);
  let end: End | undefined;
  try {
    end = await balance(options, groundwork, former, () => lock.release());
  } finally {
    if (end !== 'handover') lock.release();
  }
  if (end === 'handover' && !options.isBackground) await standBehind();
}

interface RunOptions {
  readonly fastPath: Choice;
  readonly rules: readonly Rule[] | undefined;
  readonly random: () => RandomSource;
  readonly isBackground: boolean;
  readonly isRevived: boolean;
  /** The command that starts a director in place of this one, if it is killed. */
  readonly revive: readonly string[];
}

/**
 * Until it is told to stop, or, in the background, nobody uses the namespace any more.
 * @param taken What the fast path of another director, in whose place it goes on, lasts as long as.
 * @param release Called once another director may have this namespace, where one has asked for it.
 */
async function balance(
  options: RunOptions,
  groundwork: Groundwork,
  taken: FastPathDescriptors | undefined,
  release: () => void,
): Promise<End> {
  const { rules, random, fastPath, isBackground } = options;
  const predecessor = Predecessor.find();
  const inherited = predecessor?.openMemory();
  const memory = inherited ?? SharedMemory.create(memoryName());
  const former = taken === undefined ? predecessor && leftBy(predecessor) : new FormerFastPath(taken);
  const engine = await Engine.open({
    ...{ fastPath, random, log: say, memory, groundwork },
    replaces: predecessor !== undefined,
    former,
  });
  const keeper = new Keeper(memory, options.revive);
  const asked = Promise.withResolvers<End>();
  const warnings = new WarningLog(say);
  const turns = new Turns({ now: () => engine.now(), letPacketsPass: () => engine.letPacketsPass() });
  const warning = setInterval(async () => {
    warnings.update(await turns.run(warningSteps(engine.core.state)));
  }, WARNING_MS);
  warning.unref();
  const hold = () => keeper.hold({ sockets: engine.sockets, fastPath: engine.fastPathDescriptors });
  const holding = setInterval(hold, HOLD_MS);
  holding.unref();
  let end: End = 'stop';
  let leavesFastPath = false;
  try {
    const { state } = engine.core;
    if (rules !== undefined) {
      const follow = inherited === undefined ? applyRules : followRules;
      engine.changeRules(() => follow(state, rules, engine.now()));
    }
    let ipvs = backendOf(engine);
    const control = await ControlServer.listen(controlSocketPath(), turns, (request) => {
      if (request.method === 'stop') {
        asked.resolve('stop');
        return {};
      }
      if (request.method === 'handover') {
        leavesFastPath =
          request.fastPath !== undefined && isDeepStrictEqual(request.fastPath, engine.fastPathDescriptors);
        asked.resolve('handover');
        return { leavesFastPath };
      }
      if (request.method !== 'reset') return answer(engine, ipvs, turns, request, options);
      engine.reset();
      ipvs = backendOf(engine);
      return {};
    });
    hold();
    // Its tables go, now that this one's are there.
    predecessor?.dismiss();
    const { size } = state.services;
    const kept = inherited === undefined ? '' : `, ${state.connections.table.size} connections taken over`;
    say(`ready: ${size} virtual services, ports ${engine.portNames.join(' ')}${kept}`);
    const ends = [signalled(), asked.promise, engine.finished.then((): End => 'stop')];
    end = await Promise.race(isBackground ? [...ends, namespaceGone(keeper)] : ends);
    if (end === 'linger' && state.claims.empty) end = 'stop';
    control.close();
    report(engine);
    if (end === 'linger') {
      leavesFastPath = true;
      hold();
    }
    if (end !== 'stop') await engine.halt(leavesFastPath);
    return end;
  } catch (error) {
    // One that fails at once would fail again; a later failure need not cost the connections.
    if (process.uptime() * 1000 > SOUND_AFTER_MS) end = 'failure';
    throw error;
  } finally {
    clearInterval(warning);
    clearInterval(holding);
    if (end === 'stop') keeper.stop();
    else if (end !== 'failure') keeper.linger(leavesFastPath);
    if (end === 'handover') release();
    await engine.close(end === 'handover');
  }
}

/** Descriptors that this process has been started with. */
function own(fastPath: FastPathDescriptors): FastPathDescriptors {
  for (const fd of allOf(fastPath)) closeOnExec(fd);
  return fastPath;
}

/** What a director's keeper has of its fast path. What this process may not have ends with the keeper. */
function leftBy(predecessor: Predecessor): LeftFastPath | undefined {
  const { inheritance } = predecessor;
  if (inheritance.fastPath === undefined) return undefined;
  const taken = take(inheritance);
  return taken === undefined ? outOfReach(() => predecessor.end()) : new FormerFastPath(taken);
}

/** True if a director goes on here for one that was killed: whoever starts one again has that one in mind. */
async function isRevivedOneRunning(): Promise<boolean> {
  try {
    if (!(await isAnswering())) return false;
    return (await new ControlClient(controlSocketPath()).summary()).process.isRevived;
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
  while (isClaimed()) await delay(FOLLOW_MS);
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

function backendOf(engine: Engine): LocalBackend {
  return new LocalBackend({
    state: engine.core.state,
    now: () => engine.now(),
    change: (apply) => engine.changeRules(apply),
  });
}

async function readRules(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the rules: ${(error as Error).message}`);
  }
}

async function answer(
  engine: Engine,
  ipvs: LocalBackend,
  turns: Turns,
  request: Exclude<Request, { method: 'stop' | 'handover' | 'reset' }>,
  options: RunOptions,
): Promise<unknown> {
  const { state } = engine.core;
  switch (request.method) {
    case 'snapshot': {
      state.shortcut?.harvest();
      const warnings = await turns.run(warningSteps(state));
      return {
        services: serviceStates(state),
        connections: request.connections ? connectionStates(state, () => engine.now()) : [],
        ...countsOf(state),
        warnings: [...warnings, ...engine.warnings],
        process: processState(engine, options),
      };
    }
    case 'ipvs':
      return turns.change(ipvs.steps(request.operations));
    case 'get':
      return state.settings;
    case 'inheritance':
      return offerTo(request.pid, engine.fastPathDescriptors);
    case 'settle':
      engine.settle();
      return {};
    case 'set': {
      const change = parseSetting(request.setting);
      await turns.change(() => engine.changeRules(() => state.set(change)));
      return {};
    }
    case 'mark': {
      const rule = parseMark(request);
      await turns.change(() => engine.changeRules(() => state.marks.set(rule)));
      return {};
    }
    case 'apply': {
      const parsed = parseRules(request.rules);
      await turns.change(() => engine.changeRules(() => applyRules(state, parsed, engine.now())));
      return {};
    }
  }
}

function processState(engine: Engine, { isRevived, fastPath }: RunOptions): RunningState['process'] {
  const { ports, ipForward } = engine.core.state.routes.snapshot;
  return {
    pid: process.pid,
    upMs: Math.round(process.uptime() * 1000),
    isRevived,
    connectionCount: engine.core.state.connections.table.size,
    ports: ports.map(({ name }) => name),
    mtuBytes: Object.fromEntries(ports.map(({ name, mtuBytes }) => [name, mtuBytes])),
    ipForward,
    fastPath: { ...engine.fastPath },
    fastPathChoice: fastPath,
    lostFrames: engine.lostFrames,
    untakenFrames: engine.untakenFrames,
  };
}

function signalled(): Promise<End> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve('stop'));
    process.once('SIGTERM', () => resolve('linger'));
  });
}

function namespaceGone(keeper: Keeper): Promise<End> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (namespaceIsUsed(keeper.pid)) return;
      clearInterval(timer);
      // Nobody can ask for the log from within the namespace any more.
      rmSync(logPath(), { force: true });
      resolve('stop');
    }, LOOK_MS);
    timer.unref();
  });
}

/** What a person should know of frames that did not get through. */
function report(engine: Engine): void {
  for (const [reason, count] of engine.core.state.drops) say(`dropped ${count}: ${reason}`);
  if (engine.lostFrames > 0) say(`lost ${engine.lostFrames} frames: the kernel refused to send them`);
  for (const [reason, count] of Object.entries(engine.untakenFrames))
    say(`lost ${count} frames on ${reason}`);
}

function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}
