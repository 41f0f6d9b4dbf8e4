/** `ipvsadm -Lc`: connections and persistence templates. */

import { type ProtocolName, TRANSPORT_PROTOCOLS } from '../../wire/ipv4.ts';
import type { ListedConnection } from './backend/answers.ts';
import type { EndpointText } from './endpoint-text.ts';

/** @param withEngines There are columns for what persistence engines know; no engine is at work, so they stay empty. */
export function connectionsTitle(withEngines: boolean): string {
  const destination = withEngines
    ? `${'destination'.padEnd(18)} ${'pe name'.padEnd(16)} pe_data`
    : 'destination';
  return `IPVS connection entries\npro expire ${row('state', 'source', 'virtual')} ${destination}\n`;
}

export function listConnection(connection: ListedConnection, text: EndpointText): string {
  const { protocol, state, expiresInMs, client, virtual, server } = connection;
  const named = portProtocol(connection);
  const start = `${(protocol ?? 'ip').toUpperCase().padEnd(3)} ${timeLeft(expiresInMs).padEnd(6)}`;
  return `${start} ${row(state, text(client, named), text(virtual, named))} ${text(server, named)}\n`;
}

/** The protocol whose names of ports count for a connection. */
export function portProtocol({ protocol }: ListedConnection): ProtocolName | undefined {
  return TRANSPORT_PROTOCOLS.find((name) => name === protocol);
}

function row(state: string, source: string, virtual: string): string {
  return `${state.padEnd(11)} ${source.padEnd(18)} ${virtual.padEnd(18)}`;
}

/** Minutes and seconds; there may be more than 59 minutes. */
function timeLeft(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return `${twoDigits(Math.floor(seconds / 60))}:${twoDigits(seconds % 60)}`;
}
