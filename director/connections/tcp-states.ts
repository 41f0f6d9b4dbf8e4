/**
 * The TCP state machine of IPVS: how a connection's state follows from the segments that the director sees. Three
 * tables, by where the segment came from: INPUT (client), OUTPUT (server, seen in NAT only) and INPUT-ONLY (client,
 * where the server's side is never seen: DR and TUN).
 */
import { TCP_FLAG } from '../wire/tcp.ts';
import { compileStateTable, type Direction } from './states.ts';

export const TCP_STATE = {
  none: 0,
  established: 1,
  synSent: 2,
  synRecv: 3,
  finWait: 4,
  timeWait: 5,
  close: 6,
  closeWait: 7,
  lastAck: 8,
  listen: 9,
  synAck: 10,
} as const;

export const TCP_STATE_NAMES = [
  'NONE',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'SYNACK',
] as const;

/** In milliseconds, in the order of the states. Nothing leads to the first one or to `listen`. */
const DEFAULT_TIMEOUTS: Readonly<Record<keyof typeof TCP_STATE, number>> = {
  none: 2_000,
  established: 900_000,
  synSent: 120_000,
  synRecv: 60_000,
  finWait: 120_000,
  timeWait: 120_000,
  close: 10_000,
  closeWait: 60_000,
  lastAck: 30_000,
  listen: 120_000,
  synAck: 120_000,
};

/** Default timeout of each state in milliseconds. */
export const TCP_TIMEOUTS_MS: readonly number[] = Object.values(DEFAULT_TIMEOUTS);

/** True in the states in which a connection counts as active. */
export function tcpStateIsActive(state: number): boolean {
  return (
    state === TCP_STATE.established ||
    state === TCP_STATE.synSent ||
    state === TCP_STATE.synRecv ||
    state === TCP_STATE.synAck
  );
}

const CODES = ['NO', 'ES', 'SS', 'SR', 'FW', 'TW', 'CL', 'CW', 'LA', 'LI', 'SA'];
const EVENTS = 4;

/**
 * One row per state, in the order of `CODES`; twelve cells: for each direction the next state on SYN, FIN, ACK, RST.
 */
const NORMAL = compileStateTable(
  CODES,
  EVENTS,
  `SR CL ES CL  SS TW ES CL  SR CL ES CL
   ES CW ES CL  ES FW ES CL  ES FW ES CL
   ES SS SS CL  SS SS SS SS  ES SS SS CL
   SR TW ES SR  SR TW ES CL  SR TW ES SR
   SR TW FW CL  SS FW FW CL  SR FW FW CL
   SR TW TW CL  SS TW TW TW  SR TW TW CL
   SR CL CL CL  SS CL CL CL  SR CL CL CL
   SR CW CW CL  SS TW CW CL  SR CW CW CL
   SR LA CL LA  SS LA LA CL  SR LA CL LA
   SR LI LI LI  LI LI ES CL  SR LI LI LI
   SR TW ES SR  SR TW ES CL  SR TW ES CL`,
);

/** The same while the director is under attack (`secure_tcp`): the server's word is needed to call it established. */
const SECURE = compileStateTable(
  CODES,
  EVENTS,
  `SR CL ES CL  SS TW ES CL  SA CL ES CL
   ES CW ES CL  ES FW ES CL  ES FW ES CL
   ES SS SS CL  SS SS SS SS  ES SS SS CL
   SR TW SR SR  SA TW ES CL  SR TW ES SR
   SR TW FW CL  SS FW FW CL  SA FW FW CL
   SR TW TW CL  SS TW TW TW  SA TW TW CL
   SR CL CL CL  SS CL CL CL  SA CL CL CL
   SR CW CW CL  SS TW CW CL  SA CW CW CL
   SR LA CL LA  SS LA LA CL  SA LA CL LA
   SR LI LI LI  LI LI ES CL  SA LI LI LI
   SA SA SA CL  SA TW ES CL  SA TW ES CL`,
);

/**
 * The state after a segment. Of several flags the first of RST, SYN, FIN, ACK decides; none of them closes.
 * @param secure Follow the tables of `secure_tcp`.
 */
export function nextTcpState(state: number, direction: Direction, flags: number, secure: boolean): number {
  const table = secure ? SECURE : NORMAL;
  const row = (direction * CODES.length + state) * EVENTS;
  if (flags & TCP_FLAG.rst) return table[row + 3] as number;
  if (flags & TCP_FLAG.syn) return table[row] as number;
  if (flags & TCP_FLAG.fin) return table[row + 1] as number;
  if (flags & TCP_FLAG.ack) return table[row + 2] as number;
  return TCP_STATE.close;
}
