/** A director from its start to its end: what it has of the one before it, and what it leaves to the next. */

import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { answer, backendOf } from '../control/answers.ts';
import { followRules } from '../control/follow-rules.ts';
import { offerTo, take } from '../control/inheritance.ts';
import { Keeper, memoryName, Predecessor } from '../control/keeper.ts';
import { namespaceIsUsed } from '../control/namespace.ts';
import { applyRules, type Rule } from '../control/rules.ts';
import { ControlServer } from '../control/server.ts';
import { controlSocketPath, logPath } from '../control/socket.ts';
import { Turns } from '../control/turns.ts';
import { WarningLog } from '../control/warning-log.ts';
import { warningSteps } from '../control/warnings.ts';
import type { Choice } from '../fast-path/attachments.ts';
import { FormerFastPath, outOfReach } from '../fast-path/former.ts';
import type { Descriptors } from '../handover/descriptors.ts';
import { SharedMemory } from '../handover/shared-memory.ts';
import { Engine, type Left } from '../io/engine.ts';
import type { Groundwork } from '../io/groundwork.ts';
import type { RandomSource } from '../random.ts';
import { printable } from '../shown-text.ts';

/** How often a director in the background looks whether anybody uses its namespace. */
const LOOK_MS = 1_000;
/** How often a director looks whether its keeper has all it is to keep. */
const HOLD_MS = 100;
/** How often a director looks whether there is something to warn of. */
const WARNING_MS = 3_000;
/** A director that has run for so long can do so again. */
const SOUND_AFTER_MS = 10_000;

/** How a director ends. */
export type End =
  /** With all that it has given to the kernel. */
  | 'stop'
  /** So that another one that is started soon goes on in its place. */
  | 'linger'
  /** So that the one that has asked for it goes on in its place. */
  | 'handover'
  /** So that its keeper starts another one. */
  | 'failure';

export interface RunOptions {
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
 * @param taken What another director, in whose place it goes on, has left.
 * @param release Called once another director may have this namespace, where one has asked for it.
 */
export async function balance(
  options: RunOptions,
  groundwork: Groundwork,
  taken: Descriptors | undefined,
  release: () => void,
): Promise<End> {
  const { rules, random, fastPath, isBackground } = options;
  const predecessor = Predecessor.find();
  const known = predecessor?.openMemory();
  const memory = known ?? SharedMemory.create(memoryName());
  const left = taken === undefined ? predecessor && leftBy(predecessor) : inherited(taken);
  const engine = await Engine.open({
    ...{ fastPath, random, log: say, memory, groundwork },
    replaces: predecessor !== undefined,
    left,
  });
  const keeper = new Keeper(memory, options.revive);
  const asked = Promise.withResolvers<End>();
  const warnings = new WarningLog(say);
  const turns = new Turns({ now: () => engine.now(), letPacketsPass: () => engine.letPacketsPass() });
  const warning = setInterval(async () => {
    warnings.update(await turns.run(warningSteps(engine.core.state)));
  }, WARNING_MS);
  warning.unref();
  const hold = () => keeper.hold({ sockets: engine.sockets, left: engine.descriptors });
  const holding = setInterval(hold, HOLD_MS);
  holding.unref();
  let end: End = 'stop';
  let leavesAll = false;
  try {
    const { state } = engine.core;
    if (rules !== undefined) {
      const follow = known === undefined ? applyRules : followRules;
      engine.changeRules(() => follow(state, rules, engine.now()));
    }
    let ipvs = backendOf(engine);
    const control = await ControlServer.listen(controlSocketPath(), turns, (request) => {
      if (request.method === 'stop') {
        asked.resolve('stop');
        return {};
      }
      if (request.method === 'handover') {
        leavesAll = isDeepStrictEqual(request.descriptors, engine.descriptors);
        if (leavesAll || request.descriptors === undefined) asked.resolve('handover');
        return { leavesAll };
      }
      if (request.method === 'inheritance') return offerTo(request.pid, engine.descriptors);
      if (request.method !== 'reset') return answer(engine, ipvs, turns, request, options);
      engine.reset();
      ipvs = backendOf(engine);
      return {};
    });
    hold();
    // Its tables go, now that this one's are there.
    predecessor?.dismiss();
    const { size } = state.services;
    const kept = known === undefined ? '' : `, ${state.connections.table.size} connections taken over`;
    say(`ready: ${size} virtual services, ports ${engine.portNames.join(' ')}${kept}`);
    const ends = [signalled(), asked.promise, engine.finished.then((): End => 'stop')];
    end = await Promise.race(isBackground ? [...ends, namespaceGone(keeper)] : ends);
    if (end === 'linger' && state.claims.empty) end = 'stop';
    control.close();
    report(engine);
    if (end === 'linger') {
      leavesAll = true;
      hold();
    }
    if (end !== 'stop') await engine.halt(leavesAll);
    return end;
  } catch (error) {
    // One that fails at once would fail again; a later failure need not cost the connections.
    if (process.uptime() * 1000 > SOUND_AFTER_MS) end = 'failure';
    throw error;
  } finally {
    clearInterval(warning);
    clearInterval(holding);
    if (end === 'stop') keeper.stop();
    else if (end !== 'failure') keeper.linger(leavesAll);
    if (end === 'handover') release();
    await engine.close(end === 'handover');
  }
}

/** What a director's keeper has. What this process may not have ends with the keeper. */
function leftBy(predecessor: Predecessor): Left | undefined {
  const { inheritance } = predecessor;
  if (inheritance.descriptors === undefined) return undefined;
  const taken = take(inheritance);
  return taken === undefined
    ? { rings: [], fastPath: outOfReach(() => predecessor.end()) }
    : inherited(taken);
}

function inherited({ rings, fastPath }: Descriptors): Left {
  return { rings, fastPath: fastPath && new FormerFastPath(fastPath) };
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

/** A line for its log, or for whoever has started it. */
export function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}
