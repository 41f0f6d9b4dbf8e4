/** What a running director answers to each request at its control socket. */

import type { Core } from '../core.ts';
import { parseMark } from '../services/marks.ts';
import { parseSetting } from '../settings.ts';
import type { ShortcutState } from '../shortcut.ts';
import { LocalBackend } from './ipvsadm/backend/local-backend.ts';
import type { Request } from './protocol.ts';
import { applyRules, parseRules } from './rules.ts';
import { connectionStates, countsOf, type RunningState, serviceStates } from './snapshot.ts';
import type { Turns } from './turns.ts';
import { warningSteps } from './warnings.ts';

/** How the director was started. */
interface Started {
  readonly fastPath: string;
  readonly isRevived: boolean;
}

/** A core with what brings it its packets. */
export interface Controlled {
  readonly core: Core;
  /** In milliseconds, on the core's clock. */
  now(): number;
  /** Has all that follows from a change of rules happen after it, whether or not it throws. */
  changeRules(apply: () => void): void;
  /** Deals with all that has come in, and with what is due by time. */
  settle(): void;
  readonly warnings: readonly string[];
  readonly fastPath: ShortcutState;
  readonly lostFrames: number;
  readonly untakenFrames: Readonly<Record<string, number>>;
}

/** Requests about the director itself, which whoever runs it answers. */
export type LifeRequest = Extract<Request, { method: 'stop' | 'handover' | 'reset' | 'inheritance' }>;

/** Carries out the operations of `ipvsadm` in its state. */
export function backendOf(director: Pick<Controlled, 'core' | 'now' | 'changeRules'>): LocalBackend {
  return new LocalBackend({
    state: director.core.state,
    now: () => director.now(),
    change: (apply) => director.changeRules(apply),
  });
}

/** @throws where the request is refused; nothing has changed then. */
export async function answer(
  director: Controlled,
  ipvs: LocalBackend,
  turns: Turns,
  request: Exclude<Request, LifeRequest>,
  started: Started,
): Promise<unknown> {
  const { state } = director.core;
  switch (request.method) {
    case 'snapshot': {
      state.shortcut?.harvest();
      const warnings = await turns.run(warningSteps(state));
      return {
        services: serviceStates(state),
        connections: request.connections ? connectionStates(state, () => director.now()) : [],
        ...countsOf(state),
        warnings: [...warnings, ...director.warnings],
        process: processState(director, started),
      };
    }
    case 'ipvs':
      return turns.change(ipvs.steps(request.operations));
    case 'get':
      return state.settings;
    case 'settle':
      director.settle();
      return {};
    case 'set': {
      const change = parseSetting(request.setting);
      await turns.change(() => director.changeRules(() => state.set(change)));
      return {};
    }
    case 'mark': {
      const rule = parseMark(request);
      await turns.change(() => director.changeRules(() => state.marks.set(rule)));
      return {};
    }
    case 'apply': {
      const parsed = parseRules(request.rules);
      await turns.change(() => director.changeRules(() => applyRules(state, parsed, director.now())));
      return {};
    }
  }
}

function processState(director: Controlled, { isRevived, fastPath }: Started): RunningState['process'] {
  const { routes, connections } = director.core.state;
  const { ports, ipForward } = routes.snapshot;
  return {
    pid: process.pid,
    upMs: Math.round(process.uptime() * 1000),
    isRevived,
    connectionCount: connections.table.size,
    ports: ports.map(({ name }) => name),
    mtuBytes: Object.fromEntries(ports.map(({ name, mtuBytes }) => [name, mtuBytes])),
    ipForward,
    fastPath: { ...director.fastPath },
    fastPathChoice: fastPath,
    lostFrames: director.lostFrames,
    untakenFrames: director.untakenFrames,
  };
}
