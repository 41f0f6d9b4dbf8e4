/** The director's state as plain data, for people and for the bench. */
import type { RowPage } from '../connections/row-index.ts';
import type { Destination } from '../services/destination.ts';
import { METHOD_NAMES } from '../services/forwarding-method.ts';
import type { ShortcutState } from '../shortcut.ts';
import type { DirectorState } from '../state.ts';
import type { Statistics } from '../statistics.ts';
import { formatIpv4 } from '../wire/addresses.ts';
import { protocolName } from '../wire/ipv4.ts';
import { type ConnectionState, connectionState } from './connection-view.ts';
import { warningsOf } from './warnings.ts';

export interface CounterValues {
  readonly connections: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

export interface ServerState extends CounterValues {
  readonly address: string;
  readonly method: string;
  readonly weight: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  /** Persistence templates that lead to it. */
  readonly persistentConnections: number;
}

export interface ServiceState extends CounterValues {
  /** `TCP`, `UDP`, `SCTP`, or `FWM` for a firewall mark. */
  readonly protocol: string;
  /** ADDRESS:PORT, or the firewall mark. */
  readonly address: string;
  readonly scheduler: string;
  readonly servers: readonly ServerState[];
}

export interface DirectorSnapshot {
  readonly services: readonly ServiceState[];
  readonly connections: readonly ConnectionState[];
  readonly totals: CounterValues;
  /** Frames that the director ended, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** What cannot be done of the rules, or not on this machine as it is. */
  readonly warnings: readonly string[];
}

/** The same of a director that runs as a process. */
export interface RunningState extends DirectorSnapshot {
  readonly process: {
    readonly pid: number;
    readonly upMs: number;
    /** Whether it was started to go on for one that had been killed. */
    readonly isRevived: boolean;
    /** Entries of the connection table. */
    readonly connectionCount: number;
    /** Names of the interfaces that it balances on. */
    readonly ports: readonly string[];
    /** What it has taken over of the machine's settings: the MTU of each of these interfaces, and forwarding. */
    readonly mtuBytes: Readonly<Record<string, number>>;
    readonly ipForward: boolean;
    /** Where established connections are forwarded past the director. */
    readonly fastPath: ShortcutState;
    /** What it was told of that, as `--fast-path` says it; absent from a director of an older version. */
    readonly fastPathChoice?: string;
    /** Frames that the kernel did not take for sending. */
    readonly lostFrames: number;
    /** Frames that could not be taken in, by port, reason and remedy. */
    readonly untakenFrames: Readonly<Record<string, number>>;
  };
}

export function snapshotOf(state: DirectorState, nowMs: number): DirectorSnapshot {
  return {
    services: [...serviceStates(state)],
    connections: [...connectionStates(state, () => nowMs)],
    ...countsOf(state),
    warnings: warningsOf(state),
  };
}

/** What a snapshot has beside its lists and warnings. */
export function countsOf({ totals, drops }: DirectorState): Pick<DirectorSnapshot, 'totals' | 'drops'> {
  return { totals: counters(totals), drops: Object.fromEntries(drops) };
}

/** Rules may change while they are asked for one by one. */
export function* serviceStates({ services }: DirectorState): Generator<ServiceState> {
  for (const service of services.all()) {
    yield {
      protocol: service.mark === 0 ? protocolName(service.protocol).toUpperCase() : 'FWM',
      address: service.mark === 0 ? endpoint(service.address, service.port) : String(service.mark >>> 0),
      scheduler: service.scheduler.name,
      ...counters(service.statistics),
      servers: service.destinations.map(serverState),
    };
  }
}

/** Those of a page of the table are as they were at one time; between pages connections may come and go. */
export function* connectionStates(
  { connections }: DirectorState,
  now: () => number,
): Generator<ConnectionState> {
  const { table } = connections;
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page: RowPage = table.page(from);
    const nowMs = now();
    yield* page.rows.map((row) => {
      connections.catchUp(row);
      return connectionState(table, row, nowMs);
    });
    from = page.next;
  }
}

function serverState(destination: Destination): ServerState {
  return {
    address: endpoint(destination.address, destination.port),
    method: METHOD_NAMES[destination.method] as string,
    weight: destination.weight,
    activeConnections: destination.activeConnections,
    inactiveConnections: destination.inactiveConnections,
    persistentConnections: destination.persistentConnections,
    ...counters(destination.statistics),
  };
}

function endpoint(address: number, port: number): string {
  return `${formatIpv4(address)}:${port}`;
}

function counters(statistics: Statistics): CounterValues {
  const { connections, inPackets, outPackets, inBytes, outBytes } = statistics;
  return { connections, inPackets, outPackets, inBytes, outBytes };
}
