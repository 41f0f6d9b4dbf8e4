/**
 * How IPVS follows TCP connections. Of a segment’s flags the first of these counts: RST, SYN, FIN, ACK; with none of
 * them the connection is closed.
 */
import { readTable, type StateMachine } from './state-tables.ts';

const EVENTS = ['syn', 'fin', 'ack', 'rst', 'none'];

const FACTS: StateMachine['facts'] = {
  NO: { name: 'NONE', timeoutS: 2, isActive: false },
  ES: { name: 'ESTABLISHED', timeoutS: 900, isActive: true },
  SS: { name: 'SYN_SENT', timeoutS: 120, isActive: true },
  SR: { name: 'SYN_RECV', timeoutS: 60, isActive: true },
  FW: { name: 'FIN_WAIT', timeoutS: 120, isActive: false },
  TW: { name: 'TIME_WAIT', timeoutS: 120, isActive: false },
  CL: { name: 'CLOSE', timeoutS: 10, isActive: false },
  CW: { name: 'CLOSE_WAIT', timeoutS: 60, isActive: false },
  LA: { name: 'LAST_ACK', timeoutS: 30, isActive: false },
  LI: { name: 'LISTEN', timeoutS: 120, isActive: false },
  SA: { name: 'SYNACK', timeoutS: 120, isActive: true },
};

function table(rows: string) {
  return readTable(EVENTS, rows);
}

const COMMON = {
  facts: FACTS,
  events: EVENTS,
  start: 'NO',
  opening: 'syn',
  reusable: ['TW', 'CL'],
} as const;

export const TCP: StateMachine = {
  ...COMMON,
  tables: {
    // from syn fin ack rst none
    input: table(`
      NO SR CL ES CL CL
      ES ES CW ES CL CL
      SS ES SS SS CL CL
      SR SR TW ES SR CL
      FW SR TW FW CL CL
      TW SR TW TW CL CL
      CL SR CL CL CL CL
      CW SR CW CW CL CL
      LA SR LA CL LA CL
      LI SR LI LI LI CL
      SA SR TW ES SR CL`),
    output: table(`
      NO SS TW ES CL CL
      ES ES FW ES CL CL
      SS SS SS SS SS CL
      SR SR TW ES CL CL
      FW SS FW FW CL CL
      TW SS TW TW TW CL
      CL SS CL CL CL CL
      CW SS TW CW CL CL
      LA SS LA LA CL CL
      LI LI LI ES CL CL
      SA SR TW ES CL CL`),
    inputOnly: table(`
      NO SR CL ES CL CL
      ES ES FW ES CL CL
      SS ES SS SS CL CL
      SR SR TW ES SR CL
      FW SR FW FW CL CL
      TW SR TW TW CL CL
      CL SR CL CL CL CL
      CW SR CW CW CL CL
      LA SR LA CL LA CL
      LI SR LI LI LI CL
      SA SR TW ES CL CL`),
  },
};

/** Under `secure_tcp`: a connection is not established until the server has answered. */
export const SECURE_TCP: StateMachine = {
  ...COMMON,
  tables: {
    input: table(`
      NO SR CL ES CL CL
      ES ES CW ES CL CL
      SS ES SS SS CL CL
      SR SR TW SR SR CL
      FW SR TW FW CL CL
      TW SR TW TW CL CL
      CL SR CL CL CL CL
      CW SR CW CW CL CL
      LA SR LA CL LA CL
      LI SR LI LI LI CL
      SA SA SA SA CL CL`),
    output: table(`
      NO SS TW ES CL CL
      ES ES FW ES CL CL
      SS SS SS SS SS CL
      SR SA TW ES CL CL
      FW SS FW FW CL CL
      TW SS TW TW TW CL
      CL SS CL CL CL CL
      CW SS TW CW CL CL
      LA SS LA LA CL CL
      LI LI LI ES CL CL
      SA SA TW ES CL CL`),
    inputOnly: table(`
      NO SA CL ES CL CL
      ES ES FW ES CL CL
      SS ES SS SS CL CL
      SR SR TW ES SR CL
      FW SA FW FW CL CL
      TW SA TW TW CL CL
      CL SA CL CL CL CL
      CW SA CW CW CL CL
      LA SA LA CL LA CL
      LI SA LI LI LI CL
      SA SA TW ES CL CL`),
  },
};
