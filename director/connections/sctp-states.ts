import { compileStateTable, type Direction } from './states.ts';

export const SCTP_STATE = { init1: 1, init: 2, established: 8, closed: 13 } as const;

export const SCTP_STATE_NAMES = [
  'NONE',
  'INIT1',
  'INIT',
  'C-SENT',
  'C-REPLIED',
  'C-WAIT',
  'COOKIE',
  'C-ECHOED',
  'ESTABLISHED',
  'S-SENT',
  'S-RECEIVED',
  'S-ACK-SENT',
  'REJECTED',
  'CLOSED',
] as const;

/** Timeout of each state in milliseconds. */
export const SCTP_TIMEOUTS_MS: readonly number[] = [
  2_000, 4_000, 61_000, 61_000, 61_000, 61_000, 61_000, 61_000, 900_000, 61_000, 61_000, 61_000, 4_000,
  61_000,
];

const CODES = ['NO', 'I1', 'IN', 'CS', 'CR', 'CW', 'CO', 'CE', 'ES', 'SS', 'SR', 'SA', 'RJ', 'CL'];
const EVENTS = 10;

/**
 * One row per state, in the order of `CODES`; for each direction the next state on data (and every chunk without a
 * column), INIT, INIT ACK, COOKIE ECHO, COOKIE ACK, SHUTDOWN, SHUTDOWN ACK, SHUTDOWN COMPLETE, ERROR, ABORT.
 */
const TABLE = compileStateTable(
  CODES,
  EVENTS,
  `ES I1 CW CR ES SR CL CL CL CL  ES CW CS CE ES SS SA CL CL CL  ES I1 CE ES ES SR CL CL CL CL
   I1 IN CW IN I1 I1 IN CL I1 CL  I1 CW CS CE ES SS SA I1 CL RJ  I1 IN CE ES I1 I1 IN CL I1 CL
   IN IN CW IN IN IN IN CL IN CL  IN CW CS CE ES SS SA IN CL CL  IN IN CE ES IN IN IN CL IN CL
   CS CS CS CR CS CS CS CS CS CL  CS CW CS CE ES SS SA CS CL CL  CS IN CE ES ES CS CS CL CS CL
   CR CR CR CR CR CR CR CR CR CL  CR CW CR CE ES SS SA CR CL CL  CR IN CE ES ES CR CR CL CR CL
   CW CW CO CW CW CW CW CW CW RJ  CW CW CW CE ES SS CW CW CW CL  ES IN CE ES CW CW CW CW CW RJ
   CO CO CO CO CO CO CO CO CO CL  CO CW CO CE ES SS CO CO CO CL  CO CO CO CO ES CO CO CO CO CL
   CE CE CE CE ES CE CE CE CL CL  CE CW CE CE ES SS CE CE CE CL  CE CE CE CE ES CE CE CE CE CL
   ES ES ES ES ES SR ES ES ES CL  ES ES ES ES ES SS ES ES ES CL  ES ES ES ES ES SR CL ES ES CL
   SS SS SS SS SS SS CL SS SS CL  SS CW SS SS SS SS SA SS SS CL  SS SS SS SS SS SS CL SS SS CL
   SR SR SR SR SR SR SR SR SR CL  SR CW SR SR SR SR SA SR SR CL  SR SR SR SR SR SR SR CL SR CL
   SA SA SA SA SA SA CL CL SA CL  SA CW SA SA SA SA SA SA SA CL  SA SA SA SA SA SA CL CL SA CL
   RJ IN RJ RJ RJ RJ RJ RJ RJ CL  RJ CW RJ RJ RJ RJ RJ RJ RJ CL  RJ IN RJ RJ RJ RJ RJ RJ RJ CL
   CL IN CL CL CL CL CL CL CL CL  CL CW CL CL CL CL CL CL CL CL  CL IN CL CL CL CL CL CL CL CL`,
);

/** Column of each chunk type, 0 to 14. */
const EVENT_OF_CHUNK = [0, 1, 2, 0, 0, 0, 9, 5, 6, 8, 3, 4, 0, 0, 7];

/** The state after a packet whose first chunk, or the ABORT behind a cookie, is of this type. */
export function nextSctpState(state: number, direction: Direction, chunkType: number): number {
  const event = EVENT_OF_CHUNK[chunkType] ?? 0;
  return TABLE[(direction * CODES.length + state) * EVENTS + event] as number;
}
