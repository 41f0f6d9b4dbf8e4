/** An entry of the connection table as `ipvsadm -Lnc` shows it. */
import { METHOD_MASK, TEMPLATE } from '../connections/flags.ts';
import { SCTP_STATE_NAMES } from '../connections/sctp-states.ts';
import { TEMPLATE_STATE_NAMES } from '../connections/states.ts';
import type { ConnectionTable } from '../connections/table.ts';
import { TCP_STATE_NAMES } from '../connections/tcp-states.ts';
import { METHOD } from '../services/forwarding-method.ts';
import { formatIpv4 } from '../wire/addresses.ts';
import { PROTOCOL, protocolName } from '../wire/ipv4.ts';

export interface ConnectionState {
  /** `TCP`, `UDP`, `SCTP`; `IP` for the template of a firewall mark. */
  readonly protocol: string;
  /** A template remembers which server a client goes to; it is no connection itself. */
  readonly isTemplate: boolean;
  readonly state: string;
  readonly expiresInMs: number;
  /** ADDRESS:PORT; port 0 for a template. */
  readonly client: string;
  /** ADDRESS:PORT; for the template of a firewall mark the mark as an address. */
  readonly virtual: string;
  /** ADDRESS:PORT; 0.0.0.0:0 if there is none. */
  readonly server: string;
}

export function connectionState(table: ConnectionTable, row: number, nowMs: number): ConnectionState {
  const protocol = table.protocol[row] as number;
  const flags = table.flags[row] as number;
  const hasServer = (flags & METHOD_MASK) !== METHOD.bypass;
  return {
    protocol: protocol === 0 ? 'IP' : protocolName(protocol).toUpperCase(),
    isTemplate: (flags & TEMPLATE) !== 0,
    state: connectionStateName(table, row),
    expiresInMs: Math.max(0, Math.round((table.expiresAtMs[row] as number) - nowMs)),
    client: endpoint(table.clientAddress[row] as number, table.clientPort[row] as number),
    virtual: endpoint(table.virtualAddress[row] as number, table.virtualPort[row] as number),
    server: hasServer
      ? endpoint(table.serverAddress[row] as number, table.serverPort[row] as number)
      : endpoint(0, 0),
  };
}

/** The name of the state of a connection or template. */
export function connectionStateName(table: ConnectionTable, row: number): string {
  const protocol = table.protocol[row] as number;
  const state = table.state[row] as number;
  if (((table.flags[row] as number) & TEMPLATE) !== 0) return TEMPLATE_STATE_NAMES[state] as string;
  if (protocol === PROTOCOL.tcp) return TCP_STATE_NAMES[state] as string;
  return protocol === PROTOCOL.sctp ? (SCTP_STATE_NAMES[state] as string) : 'UDP';
}

function endpoint(address: number, port: number): string {
  return `${formatIpv4(address)}:${port}`;
}
