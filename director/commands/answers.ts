/** What a running director answers to each request at its control socket. */

import { offerTo } from '../control/inheritance.ts';
import { LocalBackend } from '../control/ipvsadm/backend/local-backend.ts';
import type { Request } from '../control/protocol.ts';
import { applyRules, parseRules } from '../control/rules.ts';
import { connectionStates, countsOf, type RunningState, serviceStates } from '../control/snapshot.ts';
import type { Turns } from '../control/turns.ts';
import { warningSteps } from '../control/warnings.ts';
import type { Choice } from '../fast-path/attachments.ts';
import type { Engine } from '../io/engine.ts';
import { parseMark } from '../services/marks.ts';
import { parseSetting } from '../settings.ts';

/** How the director was started. */
interface Started {
  readonly fastPath: Choice;
  readonly isRevived: boolean;
}

/** Carries out the operations of `ipvsadm` in its state. */
export function backendOf(engine: Engine): LocalBackend {
  return new LocalBackend({
    state: engine.core.state,
    now: () => engine.now(),
    change: (apply) => engine.changeRules(apply),
  });
}

/** @param request Any that does not end the director. @throws where it is refused; nothing has changed then. */
export async function answer(
  engine: Engine,
  ipvs: LocalBackend,
  turns: Turns,
  request: Exclude<Request, { method: 'stop' | 'handover' | 'reset' }>,
  started: Started,
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
        process: processState(engine, started),
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

function processState(engine: Engine, { isRevived, fastPath }: Started): RunningState['process'] {
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
