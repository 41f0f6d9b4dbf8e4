/** `lvs-lab director [--rules FILE]`: the director itself. */

import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { LocalBackend } from '../control/ipvsadm/backend/local-backend.ts';
import { namespaceIsUsed } from '../control/namespace.ts';
import { onlyDirector } from '../control/one-director.ts';
import type { Request } from '../control/protocol.ts';
import { applyRules, parseRules, type Rule } from '../control/rules.ts';
import { ControlServer } from '../control/server.ts';
import { connectionStates, countsOf, type RunningState, serviceStates } from '../control/snapshot.ts';
import { controlSocketPath, logPath } from '../control/socket.ts';
import { Turns } from '../control/turns.ts';
import { WarningLog } from '../control/warning-log.ts';
import { warningSteps } from '../control/warnings.ts';
import { Engine } from '../io/engine.ts';
import { type RandomSource, seededRandom, systemRandom } from '../random.ts';
import { parseMark } from '../services/marks.ts';
import { parseSetting } from '../settings.ts';
import { printable } from '../shown-text.ts';
import { flags, UsageError } from './flags.ts';

/** How often a director in the background looks whether anybody still uses its namespace. */
const LOOK_MS = 1_000;
/** How often a director looks whether there is something to warn of. */
const WARNING_MS = 3_000;

export async function run(args: string[]): Promise<void> {
  const { rules, seed, background } = flags(args, {
    rules: { type: 'string' },
    seed: { type: 'string' },
    background: { type: 'boolean' },
  });
  const parsed = rules === undefined ? [] : parseRules(await readRules(rules), rules);
  const random = randomFrom(seed);
  const lock = await onlyDirector();
  try {
    await balance(await Engine.open({ random, log: say }), parsed, background === true);
  } finally {
    lock.release();
  }
}

/** Until it is told to stop, or, in the background, nobody uses the namespace any more. */
async function balance(engine: Engine, rules: readonly Rule[], background: boolean): Promise<void> {
  const stopping = Promise.withResolvers<void>();
  const warnings = new WarningLog(say);
  const turns = new Turns({ now: () => engine.now(), letPacketsPass: () => engine.letPacketsPass() });
  const warning = setInterval(async () => {
    warnings.update(await turns.run(warningSteps(engine.core.state)));
  }, WARNING_MS);
  warning.unref();
  try {
    engine.changeRules(() => applyRules(engine.core.state, rules, engine.now()));
    let ipvs = backendOf(engine);
    const control = await ControlServer.listen(controlSocketPath(), turns, (request) => {
      if (request.method === 'stop') return stopping.resolve();
      if (request.method !== 'reset') return answer(engine, ipvs, turns, request);
      engine.reset();
      ipvs = backendOf(engine);
      return {};
    });
    const { services } = engine.core.state;
    say(`ready: ${services.size} virtual services, ports ${engine.portNames.join(' ')}`);
    const ends = [stopSignal(), stopping.promise, engine.finished];
    await Promise.race(background ? [...ends, namespaceGone()] : ends);
    control.close();
    report(engine);
  } finally {
    clearInterval(warning);
    await engine.close();
  }
}

function randomFrom(seed: string | undefined): () => RandomSource {
  if (seed === undefined) return systemRandom;
  if (!/^\d{1,10}$/.test(seed)) throw new UsageError(`invalid seed "${seed}": expected a whole number`);
  return () => seededRandom(Number(seed));
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
  request: Exclude<Request, { method: 'stop' | 'reset' }>,
): Promise<unknown> {
  const { state } = engine.core;
  switch (request.method) {
    case 'snapshot': {
      const warnings = await turns.run(warningSteps(state));
      return {
        services: serviceStates(state),
        connections: request.connections ? connectionStates(state, () => engine.now()) : [],
        ...countsOf(state),
        warnings: [...warnings, ...engine.warnings],
        process: processState(engine),
      };
    }
    case 'ipvs':
      return ipvs.perform(request.operations);
    case 'get':
      return state.settings;
    case 'settle':
      engine.settle();
      return {};
    case 'set': {
      const { name, value } = parseSetting(request.setting);
      state.settings[name] = value;
      return {};
    }
    case 'mark': {
      const rule = parseMark(request);
      engine.changeRules(() => state.marks.set(rule));
      return {};
    }
    case 'apply': {
      const parsed = parseRules(request.rules);
      engine.changeRules(() => applyRules(state, parsed, engine.now()));
      return {};
    }
  }
}

function processState(engine: Engine): RunningState['process'] {
  const { ports, ipForward } = engine.core.state.routes.snapshot;
  return {
    pid: process.pid,
    upMs: Math.round(process.uptime() * 1000),
    connectionCount: engine.core.state.connections.table.size,
    ports: ports.map(({ name }) => name),
    mtuBytes: Object.fromEntries(ports.map(({ name, mtuBytes }) => [name, mtuBytes])),
    ipForward,
    lostFrames: engine.lostFrames,
    untakenFrames: engine.untakenFrames,
  };
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function namespaceGone(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (namespaceIsUsed()) return;
      clearInterval(timer);
      // Nobody can ask for the log from within the namespace any more.
      rmSync(logPath(), { force: true });
      resolve();
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
