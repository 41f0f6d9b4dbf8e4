/** The director's state as plain data, for people and for the bench. */
import { METHOD, METHOD_MASK } from '../connections/flags.ts';
import { TCP_STATE_NAMES } from '../connections/tcp-states.ts';
import type { Destination } from '../services/destination.ts';
import type { DirectorState } from '../state.ts';
import type { Statistics } from '../statistics.ts';
import { formatIpv4 } from '../wire/addresses.ts';
import { PROTOCOL, protocolName } from '../wire/ipv4.ts';

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
}

export interface ServiceState extends CounterValues {
  readonly protocol: string;
  readonly address: string;
  readonly scheduler: string;
  readonly servers: readonly ServerState[];
}

export interface ConnectionState {
  readonly protocol: string;
  readonly state: string;
  readonly expiresInMs: number;
  readonly client: string;
  readonly virtual: string;
  readonly server: string;
}

export interface DirectorSnapshot {
  readonly services: readonly ServiceState[];
  readonly connections: readonly ConnectionState[];
  readonly totals: CounterValues;
  /** Frames that the director ended, by reason. */
  readonly drops: Readonly<Record<string, number>>;
}

const METHOD_NAMES: Readonly<Record<number, string>> = {
  [METHOD.masquerade]: 'Masq',
  [METHOD.local]: 'Local',
  [METHOD.tunnel]: 'Tunnel',
  [METHOD.route]: 'Route',
};

export function snapshotOf(state: DirectorState, nowMs: number): DirectorSnapshot {
  return {
    services: Array.from(state.services.all(), (service) => ({
      protocol: protocolName(service.protocol).toUpperCase(),
      address: endpoint(service.address, service.port),
      scheduler: service.scheduler.name,
      ...counters(service.statistics),
      servers: service.destinations.map(serverState),
    })),
    connections: Array.from(state.connections.table.rows(), (row) => connectionState(state, row, nowMs)),
    totals: counters(state.totals),
    drops: Object.fromEntries(state.drops),
  };
}

function serverState(destination: Destination): ServerState {
  return {
    address: endpoint(destination.address, destination.port),
    method: METHOD_NAMES[destination.method & METHOD_MASK] ?? String(destination.method),
    weight: destination.weight,
    activeConnections: destination.activeConnections,
    inactiveConnections: destination.inactiveConnections,
    ...counters(destination.statistics),
  };
}

function connectionState(state: DirectorState, row: number, nowMs: number): ConnectionState {
  const { table } = state.connections;
  const protocol = table.protocol[row] as number;
  return {
    protocol: protocolName(protocol).toUpperCase(),
    state: protocol === PROTOCOL.tcp ? (TCP_STATE_NAMES[table.state[row] as number] ?? '?') : 'UDP',
    expiresInMs: Math.max(0, Math.round((table.expiresAtMs[row] as number) - nowMs)),
    client: endpoint(table.clientAddress[row] as number, table.clientPort[row] as number),
    virtual: endpoint(table.virtualAddress[row] as number, table.virtualPort[row] as number),
    server: endpoint(table.serverAddress[row] as number, table.serverPort[row] as number),
  };
}

function endpoint(address: number, port: number): string {
  return `${formatIpv4(address)}:${port}`;
}

function counters(statistics: Statistics): CounterValues {
  const { connections, inPackets, outPackets, inBytes, outBytes } = statistics;
  return { connections, inPackets, outPackets, inBytes, outBytes };
}
